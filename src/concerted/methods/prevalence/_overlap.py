"""Refuses tables whose lists cannot speak of the people on none, whatever the method; it judges nothing finer."""

from __future__ import annotations

from itertools import combinations

from concerted.methods.prevalence._result import NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said


def refuse_without_overlap(table: CaptureTable) -> None:
    """Raise NotEstimable when a list is empty, holds everybody or is another's double, or nobody is on two lists."""
    for place, name in enumerate(table.lists):
        if not any(int(history) >> place & 1 for history in table.observed):
            raise NotEstimable(
                Said("List {} is empty", "名单 {} 为空").format(name),
                remedy=Said("Leave it out", "请将其去除"),
            )
    everybody = next((i for i in range(table.k) if all(int(w) >> i & 1 for w in table.observed)), None)
    if everybody is not None:
        raise NotEstimable(
            Said(
                "Everybody seen is on the list {}, so it says nothing of who is missed",
                "所有已见的人都在名单 {} 上，因此它无法说明遗漏情况",
            ).format(table.lists[everybody]),
            remedy=Said("Leave it out", "请将其去除"),
        )
    for i, j in combinations(range(table.k), 2):
        if all((int(w) >> i ^ int(w) >> j) & 1 == 0 for w in table.observed):
            raise NotEstimable(
                Said("Lists {} and {} name the same people", "名单 {} 与 {} 完全相同").format(
                    table.lists[i], table.lists[j]
                ),
                remedy=Said("Merge them", "请将两者合并"),
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
