"""The sentences of the demonstration, in two languages and plainly marked as invented."""

from __future__ import annotations

from numpy.random import Generator

_DONE = (
    (
        "Two working meetings were held and the provinces told.",
        "召开两次工作会议，并向各省份通报。",
    ),
    ("Training was given and the materials were sent out.", "开展培训，下发材料。"),
    ("A spot check was made; the faults found are being put right.", "开展抽查，正在整改发现的问题。"),
    ("The circular was issued and local bodies have begun to carry it out.", "印发通知，各地开始落实。"),
    ("Work went on as planned; there is nothing special to report.", "工作按计划推进，无特殊情况。"),
)
_OBSTACLES = (
    ("Some provinces have not yet sent their figures.", "部分省份尚未报送数据。"),
    ("Money for the second half of the year is not yet assured.", "下半年经费尚未落实。"),
    ("The supporting agency's part came late.", "配合单位材料报送较晚。"),
    ("Staff changed, and new officers have to be trained.", "人员变动，新任人员需要培训。"),
)
_HELP = (
    ("The office is asked to remind the provinces.", "请办公室提醒各省份。"),
    ("The office is asked for a common form for the figures.", "请办公室统一报表格式。"),
)
_RETURNS = (
    (
        "values",
        "The figure is lower than last quarter's; please check or explain it.",
        "数据低于上季度，请核实或说明。",
    ),
    (
        "narrative",
        "Please tell what was done in this quarter only.",
        "请写明本季度工作，而非累计情况。",
    ),
    ("evidence", "Please name the document that shows it.", "请注明依据文件。"),
    ("obstacles", "Please say what stands in the way.", "请说明存在的困难。"),
)
EXCUSE = "Demonstration: the work of this quarter was moved to the next one by agreement / 演示：经商定，本季度工作顺延"
RULING = "Demonstration: the office's own count is complete, the other is not / 演示：以办公室统计为准，另一数据有遗漏"
EXCEPTION = "Demonstration: the agency found an error in its figures / 演示：该单位发现数据有误"
COUNTIES = "Demonstration: figures of the counties loaded later / 演示：县级数据补录"
CORRECTION = "Demonstration: one place had been counted twice / 演示：有一地重复统计"
NOTES = (
    "Demonstration note: ask the colleague in finance before the next report / 演示备注：下次报送前请与财务核对",
    "Demonstration note: the minister wants this measure first on the agenda / 演示备注：领导要求优先汇报",
    "Demonstration note: figures of two places still by telephone only / 演示备注：两地数据暂由电话报送",
)
NOT_COUNTED = "Demonstration: not counted this quarter / 演示：本季度未统计"
QUESTION = "Demonstration: please send your part of this quarter's work / 演示：请提供本季度配合情况"
ANSWER = "Demonstration: our part was done as agreed; the list went to you by letter / 演示：已按分工完成，清单另函报送"
EVIDENCE = "Demonstration document No. {number} / 演示文件第{number}号"


def both(pair: tuple[str, str]) -> str:
    """The sentence in English and in Chinese, marked as a demonstration's."""
    return f"[Demonstration] {pair[0]}\n【演示】{pair[1]}"


def report_fields(chance: Generator, *, progress: float) -> dict[str, object]:
    """What an officer writes on a measure; progress: the share of the plan's time that has passed."""
    reached = progress + float(chance.normal(0, 0.2))
    claimed = "under_way"
    if reached < 0.1:
        claimed = "preparing"
    elif reached > 0.85:
        claimed = "done" if chance.random() < 0.4 else "mostly_done"
    if chance.random() < 0.04:
        claimed = "on_hold"
    shown = claimed in ("done", "mostly_done") or chance.random() < 0.3
    number = int(chance.integers(10, 400))
    return {
        "claimed_status": claimed,
        "narrative": both(_pick(chance, _DONE)),
        "obstacles": both(_pick(chance, _OBSTACLES)) if chance.random() < 0.35 else "",
        "help_requested": both(_pick(chance, _HELP)) if chance.random() < 0.08 else "",
        "evidence": [EVIDENCE.format(number=number)] if shown else [],
    }


def return_reason(chance: Generator) -> tuple[str, str]:
    """The field that is sent back, and why."""
    field, english, chinese = _RETURNS[int(chance.integers(len(_RETURNS)))]
    return field, both((english, chinese))


def _pick(chance: Generator, pairs: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    return pairs[int(chance.integers(len(pairs)))]
