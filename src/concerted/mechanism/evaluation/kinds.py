"""The kinds of obligation that evaluations, findings and treaty bodies raise."""

from __future__ import annotations

from concerted.foundation.obligations.kinds import EscalationStep, Level, ObligationKind, register

#: Working days an addressee has for its response where the evaluator names no day.
RESPONSE_WORKING_DAYS = 30
#: Calendar days before a paper for a treaty body is due in which its preparation is open.
TREATY_LEAD_DAYS = 180

_LADDER = (
    EscalationStep(5, Level.OWED_TO),
    EscalationStep(15, Level.SUPERIOR),
    EscalationStep(30, Level.OFFICE),
)

INSPECTION = register(
    ObligationKind(
        code="evaluation.evaluation",
        name_en="Evaluation or self-inspection",
        name_zh="评估或自查",
        grace_working_days=5,
        ladder=_LADDER,
        source="plan 2013-2020, safeguards: inspection, evaluation, self-inspection",
    )
)
RESPONSE = register(
    ObligationKind(
        code="evaluation.response",
        name_en="Management response to a finding",
        name_zh="对评估发现的整改回应",
        remind_on=(-14, -7, -1, 1, 7),
        ladder=_LADDER,
        source="finding of an evaluation",
    )
)
ACTION = register(
    ObligationKind(
        code="evaluation.action",
        name_en="Action promised in answer to a finding",
        name_zh="整改措施",
        remind_on=(-30, -14, -7, 1, 14, 30),
        ladder=_LADDER,
        source="management response",
    )
)
TREATY = register(
    ObligationKind(
        code="evaluation.treaty",
        name_en="Paper due to a treaty body",
        name_zh="向条约机构提交的材料",
        remind_on=(-180, -90, -30, -14, -7, 1, 14),
        ladder=(EscalationStep(1, Level.OWED_TO), EscalationStep(10, Level.OFFICE)),
        source="reporting calendar of the instrument",
    )
)

#: The kinds whose answers wait until whoever is owed accepts them.
ACCEPTED_KINDS = ("plan.report", ACTION.code, "meetings.action")
