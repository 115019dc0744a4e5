"""What the demonstration evaluates, supervises and reports: invented, and the same each time; it writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SOURCE = "Invented for the demonstration / 演示（虚构）"
BASIS = "Plan, safeguards / 规划保障措施"


@dataclass(frozen=True)
class Found:
    """One finding: its words, how grave, to whom, on which measures, and how far its answer came."""

    text: str
    severity: str
    agency: str
    measures: tuple[str, ...]
    answer: str = ""
    action: str = ""
    action_due: date | None = None
    claimed_on: date | None = None
    verified: bool = False


STAGE_ON = date(2010, 11, 15)
STAGE_TITLE = "2008—2010年阶段评估 / Stage evaluation 2008-2010"
STAGE_SUMMARY = (
    "Reports of twelve quarters, visits to four provinces and the figures of every indicator were looked at. Most "
    "members report in time; three do not. Provincial answers are complete on prevention and thin on recovery.\n"
    "查阅了十二个季度的报告和全部指标数据，走访四个省份。多数成员单位按时报送，三个单位未按时；各省对预防类措施已逐项回应，"
    "康复类措施偏弱。"
)
FINDINGS = (
    Found(
        "Provincial offices exist in name; a third have no officer of their own. / 省级办公室三分之一没有专职人员。",
        "major",
        "comprehensive-governance-office",
        ("D-ORG-4",),
        "accepted",
        "Every province names an officer. / 各省明确专职人员。",
        date(2011, 6, 30),
    ),
    Found(
        "Supervision visits began a year late. / 督导检查晚启动一年。",
        "moderate",
        "mos",
        ("D-ORG-3",),
        "accepted",
        "Two visits each half-year. / 每半年督导两次。",
        date(2011, 5, 31),
        date(2011, 5, 20),
        verified=True,
    ),
    Found(
        "Station staff change faster than they are trained. / 车站人员轮换快于培训。",
        "moderate",
        "mor",
        ("D-PRE-1",),
        "partly",
        "Training for new staff each spring. / 每年春季培训新进人员。",
        date(2011, 9, 30),
    ),
    Found(
        "Employment agencies are inspected without a common list. / 检查职业中介缺少统一名录。",
        "major",
        "saic",
        ("D-PRE-5",),
    ),
    Found(
        "The help line's calls are not counted by kind. / 热线来电未分类统计。",
        "minor",
        "acwf",
        ("D-PRE-6",),
        "rejected",
    ),
)
REJECTED_WHY = "The count began in 2010 and is in the report. / 2010年起已分类，见报告。"

INSPECTED = ("mca", "moe")
"""Members that inspected themselves for 2010; `LATE_INSPECTION` planned to and has not finished."""
LATE_INSPECTION = "moh"

AREAS = (
    ("530000", ("list", "warn")),
    ("450000", ("list",)),
    ("520000", ("list", "warn", "lift", "remove")),
)
STEP_DAYS = (date(2009, 5, 18), date(2010, 3, 22), date(2010, 12, 20), date(2011, 3, 14))
STEP_WORDS = {
    "list": "Reported cases rose two years running in the demonstration's figures. / 演示数据中案件连续两年上升。",
    "warn": "No scheme for the year was filed. / 未报送年度实施方案。",
    "lift": "The scheme was filed and carried out. / 已报送并落实实施方案。",
    "remove": "Below the nation's median for a year. / 连续一年低于全国中位数。",
}

CYCLE = ("cedaw", "demo-2011", "Round of 2011 (invented)", "2011年审议（虚构）", date(2010, 9, 1))
PAPERS = (
    (
        "answers",
        "Answers to the list of issues",
        "对问题清单的答复",
        "mfa",
        date(2011, 3, 31),
        date(2011, 3, 25),
    ),
    (
        "report",
        "Part on article 6 of the periodic report",
        "定期报告第六条部分",
        "acwf",
        date(2011, 7, 15),
        None,
    ),
    ("follow_up", "Follow-up information", "后续情况", "mps", date(2011, 11, 30), None),
)
RECOMMENDATIONS = (
    ("DEMO/1", "Count victims by sex, age and form of exploitation.", "按性别、年龄和剥削形式统计被害人。",
     "mps", "supported", ("D-ORG-5",)),
    ("DEMO/2", "Give every shelter a worker trained for children.", "每个救助站配备受过儿童工作培训的人员。",
     "mca", "partly", ("D-PRE-8",)),
    ("DEMO/3", "Publish the evaluation in full.", "全文公布评估报告。", "mps", "noted", ()),
    ("DEMO/4", "Train the staff of coach stations and docks.", "培训客运站和码头人员。", "mot", "", ()),
)  # fmt: skip
