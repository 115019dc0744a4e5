"""The kinds of obligation that an adopted action item raises for its owner."""

from __future__ import annotations

from concerted.foundation.obligations.kinds import EscalationStep, Level, ObligationKind, register

#: Working days an owner has to say that it has taken note of an action item.
ACKNOWLEDGE_WORKING_DAYS = 5
#: Working days to finish what was claimed as done and not found so.
AGAIN_WORKING_DAYS = 10
#: Calendar days after which an action item without a due date turns red.
UNDATED_DAYS = 180

ACTION = register(
    ObligationKind(
        code="meetings.action",
        name_en="Action item of a joint meeting",
        name_zh="联席会议议定事项",
        grace_working_days=0,
        remind_on=(-14, -7, -1, 1, 7, 30),
        ladder=(
            EscalationStep(5, Level.SUPERIOR),
            EscalationStep(15, Level.OFFICE),
        ),
        source="adopted minutes of the joint meeting",
    )
)
ACKNOWLEDGE = register(
    ObligationKind(
        code="meetings.acknowledge",
        name_en="Acknowledgement of an action item",
        name_zh="签收议定事项",
        remind_on=(-1, 1, 7),
        minimum_gap_days=2,
        ladder=(EscalationStep(10, Level.OFFICE),),
        source="adopted minutes of the joint meeting",
    )
)
REVIEW = register(
    ObligationKind(
        code="meetings.review",
        name_en="Review of an action item without a due date",
        name_zh="无期限议定事项复核",
        remind_on=(-7, -1, 1, 7),
        ladder=(EscalationStep(10, Level.OFFICE),),
        source="adopted minutes of the joint meeting",
    )
)
AGAIN = register(
    ObligationKind(
        code="meetings.again",
        name_en="Action item claimed as done, to be finished",
        name_zh="议定事项核验未通过，限期补办",
        remind_on=(-3, -1, 1, 7),
        minimum_gap_days=2,
        ladder=(EscalationStep(5, Level.OFFICE),),
        source="verification of an action item",
    )
)
