"""My work: everything the agency must do next, most overdue first; and the news on its desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts import messages as acts
from concerted.mechanism.cases.reads import work as reads

from ..doing import who

_PAGES = {
    "cases.case": "cases:case",
    "cases.referral": "cases:referral",
    "cases.report": "cases:report",
    "cases.transfer": "cases:transfer",
    "cases.placement": "cases:placement",
    "cases.breakglass": "cases:glass",
    "cases.secondment": "cases:secondment",
}

#: Things that one page tells of together.
_TOGETHER = {"intakedesk": "cases:desks"}
#: The part of the case's page that tells of a piece of news.
_PARTS = {"message": "#messages", "use_restricted": "asks/", "restriction_ended": "asks/"}
_PARTS |= dict.fromkeys(("guardian_suspected", "suspicion_lifted"), "consent/")


def page_of(kind: str, pk: int | None) -> str:
    """Where the thing is dealt with; nothing where it has no page."""
    if kind in _TOGETHER:
        return reverse(_TOGETHER[kind])
    label = kind if kind.startswith("cases.") else f"cases.{kind}"
    return reverse(_PAGES[label], args=[pk]) if label in _PAGES and pk is not None else ""


@page(Permission.REFERRAL_READ)
def my_work(request: Request) -> HttpResponse:
    """What the agency must do, what it waits for, what climbed, and its news."""
    work = reads.my_work(**who(request))
    may_read = holds(request.officer, Permission.CASE_READ)

    may_lend = holds(request.officer, Permission.OFFICER_SECOND)

    def page_for(kind: str, pk: int | None) -> str:
        return page_of(kind, pk) if may_lend or "secondment" not in kind else ""

    def placed(items: tuple[reads.WorkItem, ...]) -> list[tuple[reads.WorkItem, str]]:
        return [(item, page_for(item.subject_kind, item.subject_id)) for item in items]

    def told(one: Any) -> str:
        case = reverse("cases:case", args=[one.case_id]) if may_read and one.case_id is not None else ""
        return page_for(one.thing, one.thing_id) or (case and case + _PARTS.get(one.kind, ""))

    news = [(one, told(one)) for one in work.news]
    late = sum(1 for item in work.todo if item.state == "overdue")
    context = {
        "work": work,
        "todo": placed(work.todo),
        "waiting": placed(work.waiting_for),
        "escalated": placed(work.escalated),
        "news": news,
        "late": late,
        "waiting_late": sum(1 for item in work.waiting_for if item.state == "overdue"),
        "may_read": may_read,
        "may_erase": holds(request.officer, Permission.ERASURE_APPROVE),
        "may_open": holds(request.officer, Permission.CASE_OPEN),
    }
    return render(request, "cases/work.html", context)


@page(Permission.REFERRAL_READ)
def seen(request: Request, pk: int) -> HttpResponse:
    """Take one piece of news off the desk."""
    if request.method == "POST":
        acts.mark_notice_seen(**who(request), notice=pk)
    return redirect("cases:work")


@page(Permission.REFERRAL_READ)
def all_seen(request: Request) -> HttpResponse:
    """Take the news that the page showed off the desk, and nothing that came since."""
    if request.method == "POST":
        shown = [int(each) for each in request.POST.getlist("news") if each.isascii() and each.isdigit()]
        done = acts.mark_notices_seen(**who(request), notices=[each for each in shown if each < 2**63])
        if done:
            messages.success(request, _("What was shown is marked as read."))
    return redirect(f"{reverse('cases:work')}#news")
