"""What the demonstration's meetings are made of: their days, who leads, what is said; it writes nothing."""

from __future__ import annotations

from datetime import date

from ..reads.evidence import Pair

PLENARY, LIAISON, OFFICE_MEETING = "demo-plenary", "demo-liaison", "demo-office-meeting"
OFFICE, CONVENOR = "mps-cid", "mps"

PLENARIES = tuple(date(year, month, day) for year in range(2008, 2013) for month, day in ((4, 15), (10, 21)))
"""Two plenaries a year; those after the demonstration's Monday are planned only."""
LIAISON_DAY = date(2011, 6, 14)
ON_CALL_DAY = date(2011, 7, 8)
RELAYING = "yunnan"
"""The province that relays the nation's plenary of April 2011 in its own."""

ACCEPTED, DROPPED = 9, 3
"""How many proposed items the office takes at most, and how many of the others it drops with a reason."""
DECIDED = 6
AMEND_DAYS = 30

QUORUM_RULE = "Invented for demonstration: two thirds of the members / 演示（虚构）：成员单位三分之二以上到会"
SOURCE = "Invented for demonstration / 演示（虚构）"

DROP_REASONS = (
    "Invented: settled between the two offices before the meeting / 演示：会前已由两单位协商解决",
    "Invented: to be heard by the liaison officers first / 演示：先由联络员会议研究",
    "Invented: figures are still being checked / 演示：数据仍在核实",
)
MERGE_REASON = "Invented: one discussion will do for both / 演示：与上一议题一并讨论"
TIMES = (10, 15, 20, 15, 10, 10, 10, 5, 5)

ORDERS: dict[str, Pair] = {
    "overdue": Pair(
        "{name} says in writing why its obligations are overdue and clears them.",
        "{name}书面说明逾期原因并限期办结。",
    ),
    "escalated": Pair(
        "{name} answers the obligation that was escalated to the meeting.",
        "{name}限期办结提请会议督办的事项。",
    ),
    "off_pace": Pair(
        "{name} presents a plan to bring measure {key} back to its pace.",
        "{name}制定方案，使措施{key}恢复应有进度。",
    ),
    "lacking": Pair(
        "{name} agrees with the provinces concerned how they take measure {key} up.",
        "{name}与有关省份商定措施{key}的落实办法。",
    ),
    "conflict": Pair(
        "{name} settles which source counts for the indicator and tells the provinces.",
        "{name}裁定该指标采用何种数据来源并通知各地。",
    ),
    "help_asked": Pair("{name} answers what the province asked for.", "{name}答复地方提出的支持请求。"),
    "stuck_review": Pair("{name} clears the reports that stand still.", "{name}办结停滞的报告审核。"),
    "open_decision": Pair(
        "{name} reports at the next meeting on what is still undone of the earlier decision.",
        "{name}在下次会议上报告尚未办结事项的进展。",
    ),
}
RECORDED = Pair("The meeting takes note of the report.", "会议听取了有关情况。")
NOTES = (
    "{zh}在会上汇报了情况，指出主要困难是基层人员变动。（演示虚构）",
    "{en} reported on the state of things and asked for more time. (Invented for demonstration)",
    "与会单位同意先易后难，限期办理。（演示虚构）",
)
AMENDMENT = Pair(
    " The member concerned was heard. (Invented for demonstration)", "有关成员单位作了说明。（演示虚构）"
)
REFUSAL = "Invented: this was not said in the meeting / 演示：会上未作此表述"
RESERVATION = "Invented for demonstration: the time set is short / 演示（虚构）：时限偏紧"
PROGRESS = "Invented for demonstration: work has begun / 演示（虚构）：已着手办理"
CLAIM = "Invented for demonstration: done as decided / 演示（虚构）：已按要求办结"
EVIDENCE = "Demonstration document no. {number} / 演示文件第{number}号"
SENT_BACK = "Invented: two provinces are still missing / 演示：尚有两省未完成"
VERIFIED = "Invented: seen and found so / 演示：核验属实"


def title(day: date) -> Pair:
    """The title of the plenary of that day."""
    return Pair(
        f"Demonstration: plenary of the joint meeting, {day:%B %Y}",
        f"演示：联席会议全体会议（{day.year}年{day.month}月）",
    )


def number(day: date, nth: int) -> str:
    """The document number of minutes, plainly invented."""
    return f"演示联席〔{day.year}〕{nth}号"
