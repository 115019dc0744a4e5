"""The Monday page: what waits for this post, on today's date or as it stood on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import Post
from concerted.foundation.obligations import acts as obligation_acts
from concerted.foundation.obligations import reads as owed
from concerted.interfaces.pages.route import Request, page

from .day import day_asked, today_of
from .ministry import ministry
from .office import office
from .plain import plain
from .province import local, province

F = Post.Function
Builder = Callable[[Request, date], dict[str, Any]]

#: function of the post -> what gathers its page, and the template that shows it
PAGES: Mapping[str, tuple[Builder, str]] = {
    F.SECRETARIAT: (office, "home/office.html"),
    F.FOCAL_POINT: (ministry, "home/ministry.html"),
    F.CLEARER: (ministry, "home/ministry.html"),
    F.PROVINCIAL_OFFICE: (province, "home/province.html"),
    F.PROVINCIAL_CLEARER: (province, "home/province.html"),
    F.LOCAL_OFFICER: (local, "home/province.html"),
}
FIRST_LOOK_BACK = timedelta(days=7)
SHOWN = 8


@page(Permission.OBLIGATION_READ)
def monday(request: Request) -> HttpResponse:
    """The page of the acting post's function; `?on=` shows another day and is not kept as a look."""
    on, today = day_asked(request), today_of(request)
    function = request.officer.acting.post.function if request.officer.acting else ""
    build, template = PAGES.get(function, (plain, "home/plain.html"))
    context = {"on": on, "today": today, "is_today": on == today, "agency": request.officer.agency}
    context |= {"unseen": owed.unseen_notices(request.officer)}
    context |= _changed(request, on, function) | build(request, on)
    return render(request, template, context)


def _changed(request: Request, on: date, function: str) -> dict[str, Any]:
    """What happened since the officer last looked: to the whole mechanism for the office, else to the agency."""
    if on == today_of(request):
        look = obligation_acts.mark_looked(officer=request.officer, at=request.at)
        since, until = look.before, request.at
    else:
        since, until = None, timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    begins = since or until - FIRST_LOOK_BACK
    everything = function == F.SECRETARIAT
    found = owed.changed_between(
        since=begins, until=until, agency=None if everything else request.officer.agency
    )
    listed = list(found[: SHOWN + 1])
    return {"changed": listed[:SHOWN], "changed_more": len(listed) > SHOWN, "changed_since": begins}
