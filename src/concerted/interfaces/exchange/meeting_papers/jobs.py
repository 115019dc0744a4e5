"""Makes a paper that was asked for: all of it or nothing is kept, and one a crash left is begun anew."""

from __future__ import annotations

from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from concerted.errors import ConcertedError
from concerted.foundation.access.door import acting
from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import act_under, officer_by_id
from concerted.mechanism.meetings.acts import papers as acts
from concerted.mechanism.meetings.reads import papers as reads

from ..papers import Form, rendered
from .books import book_for

#: Read, set, keep: the steps that a page shows as progress.
STEPS = 3


@app.task(queue="papers", name="papers.make", retry=RetryStrategy(max_attempts=3, wait=10))
def make_paper(*, paper: int, officer: int, appointment: int) -> str:
    """Make the paper for the officer who asked for it; returns the hash of the file kept.

    Each step is committed by itself, so that a page sees how far it is; the file and its hash are one row,
    written at once. A paper that is made already is left as it is. A worker that was killed leaves the job
    to the next one (config/stalled.py).
    """
    asked_by = officer_by_id(officer)
    at = mechanism_now()
    if asked_by is None:
        return ""
    who = act_under(officer=asked_by, on=at.date(), appointment_id=appointment)
    found = reads.paper_by_id(officer=who, at=at, pk=paper)
    if found.state == "ready":
        return str(found.sha256)
    acts.begin_paper(officer=who, at=at, paper=found, of=STEPS)
    try:
        with acting(who, at):
            book = book_for(officer=who, at=at, paper=found)
        acts.note_pages(officer=who, at=mechanism_now(), paper=found, done=1)
        made = rendered(book, Form(found.form))
        acts.note_pages(officer=who, at=mechanism_now(), paper=found, done=2)
    except ConcertedError as fault:
        acts.give_up_paper(officer=who, at=mechanism_now(), paper=found, fault=str(fault))
        return ""
    except Exception:
        words = _("The making broke off. Ask for the paper anew if it is not made soon.")
        acts.give_up_paper(officer=who, at=mechanism_now(), paper=found, fault=words)
        raise
    return str(acts.keep_paper(officer=who, at=mechanism_now(), paper=found, content=made).sha256)
