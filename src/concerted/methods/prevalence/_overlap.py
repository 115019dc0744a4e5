"""Refuses tables whose lists cannot speak of the people on none, whatever the method; it judges nothing finer."""

from __future__ import annotations

from concerted.methods.prevalence._result import NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said


def refuse_without_overlap(table: CaptureTable) -> None:
    """Raise NotEstimable when a list is empty or nobody stands on more than one list."""
    for place, name in enumerate(table.lists):
        if not any(int(history) >> place & 1 for history in table.observed):
            raise NotEstimable(
                Said("List {} is empty", "名单 {} 为空").format(name),
                remedy=Said("Leave it out", "请将其去除"),
            )
    if not any(int(history).bit_count() > 1 for history in table.observed):
        raise NotEstimable(
            Said(
                "Nobody stands on more than one list, so the lists say nothing about those on none",
                "没有人同时出现在两个以上名单中，名单无法说明未列入任何名单的人数",
            ),
            remedy=Said(
                "Check that the same person was recognised across the lists, or add a list that overlaps",
                "请核对是否已在各名单间识别出同一人，或增加一个有重叠的名单",
            ),
        )
