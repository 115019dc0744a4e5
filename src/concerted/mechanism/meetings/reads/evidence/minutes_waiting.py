"""Minutes of earlier meetings of the series that were circulated and wait for adoption."""

from __future__ import annotations

from django.db.models import Count, Q

from ...models import Minutes
from .proposed import Figure, Link, Pair, Proposed, Scope, both

SOURCE = "minutes"


def minutes_to_adopt(scope: Scope) -> list[Proposed]:
    """One item per set of minutes circulated by the day and not adopted by it, the oldest first."""
    waiting = (
        Minutes.objects.filter(
            Q(adopted_at=None) | Q(adopted_at__gte=scope.after),
            meeting__series=scope.meeting.series_id,
            circulated_at__lt=scope.after,
            meeting__held_on__lt=scope.meeting.held_on,
        )
        .exclude(meeting=scope.meeting.pk)
        .select_related("meeting")
        .annotate(asked=Count("amendments", filter=Q(amendments__at__lt=scope.after)))
        .order_by("meeting__held_on", "pk")
    )
    return [_item(scope, one) for one in waiting]


def _item(scope: Scope, minutes: Minutes) -> Proposed:
    meeting = minutes.meeting
    asked = int(getattr(minutes, "asked", 0))
    title = Pair(meeting.title_en or meeting.title_zh, meeting.title_zh or meeting.title_en)
    values = {"title": title, "day": meeting.held_on.isoformat(), "n": asked}
    return Proposed(
        SOURCE,
        "meetings.minutes",
        str(minutes.pk),
        both("Adoption of the minutes of {day}", "审议通过 {day} 会议纪要", values),
        both(
            "The minutes of “{title}” were circulated; {n} amendments were proposed.",
            "《{title}》的纪要已印发征求意见，收到修改意见 {n} 条。",
            values,
        ),
        (Figure("amendments", asked, "amendments"),),
        (Link("meetings.meeting", meeting.key, title),),
        weight=(scope.on - meeting.held_on).days,
    )
