"""The kinds of obligation that a plan raises: reports, support, figures of places, milestones, returned
reports.
"""

from __future__ import annotations

from concerted.foundation.obligations.kinds import EscalationStep, Level, ObligationKind, register

#: Working days a lead has to hand a returned report in again.
RESUBMIT_WORKING_DAYS = 10
#: Working days between the day support is due to the lead and the day the lead's own report is due.
SUPPORT_LEAD_TIME = 5

_LADDER = (
    EscalationStep(5, Level.OWED_TO),
    EscalationStep(15, Level.SUPERIOR),
    EscalationStep(30, Level.OFFICE),
)

REPORT = register(
    ObligationKind(
        code="plan.report",
        name_en="Progress report on a measure",
        name_zh="措施进展报告",
        grace_working_days=5,
        ladder=_LADDER,
        source="reporting calendar of the plan's office",
    )
)
SUPPORT = register(
    ObligationKind(
        code="plan.support",
        name_en="Contribution to a lead agency's report",
        name_zh="向牵头单位提供配合情况",
        remind_on=(-3, -1, 1, 7),
        minimum_gap_days=2,
        ladder=(EscalationStep(5, Level.OWED_TO),),
        source="request of the lead agency",
    )
)
RETURN = register(
    ObligationKind(
        code="plan.return",
        name_en="A place's figures for a period",
        name_zh="地方本期数据上报",
        grace_working_days=5,
        ladder=_LADDER,
        source="reporting calendar of the plan's office",
    )
)
MILESTONE = register(
    ObligationKind(
        code="plan.milestone",
        name_en="Milestone of a measure",
        name_zh="措施阶段性目标",
        remind_on=(-30, -14, -7, 1, 14, 30),
        ladder=(EscalationStep(10, Level.OWED_TO),),
        source="text of the plan",
    )
)
RESUBMIT = register(
    ObligationKind(
        code="plan.resubmit",
        name_en="Returned report to be handed in again",
        name_zh="退回报告重新报送",
        remind_on=(-3, -1, 1, 7),
        minimum_gap_days=2,
        ladder=(EscalationStep(5, Level.OWED_TO),),
        source="return with its field and reason",
    )
)
