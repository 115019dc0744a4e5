"""Gives the words of an error page for a status when the error itself brings none; it handles no error."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Fault:
    """What an error page says by default: its title, what was wrong and what to do."""

    title: Words
    what: Words
    remedy: Words


FAULTS: dict[int, Fault] = {
    400: Fault(
        _("The request cannot be taken"),
        _("Something in what was sent could not be read. Nothing was saved."),
        _("Go back, check the marked answers and send it again."),
    ),
    403: Fault(
        _("This is not open to you"),
        _("Your session has ended, or the page was opened in another window. Nothing was saved."),
        _("Sign in again and repeat the last step."),
    ),
    404: Fault(
        _("Nothing here"),
        _("There is no such page, or it is not open to your post."),
        _("Check the address, or search for what you need."),
    ),
    409: Fault(
        _("This cannot be done now"),
        _("The state of the entry does not allow this step."),
        _("Open the entry again to see its state and the steps that are open."),
    ),
    412: Fault(
        _("Somebody else saved this meanwhile"),
        _("The entry changed after you opened it. Your text was not written over theirs."),
        _("Go back, compare both versions and save again."),
    ),
    413: Fault(
        _("Too large"),
        _("What was sent is larger than is taken at once. Nothing was saved."),
        _("Send less at a time, or a smaller file."),
    ),
    429: Fault(
        _("Too many requests"),
        _("More requests came from here than can be answered."),
        _("Wait a minute and try again."),
    ),
    500: Fault(
        _("Something went wrong on our side"),
        _("The step could not be completed. Nothing was saved."),
        _("Try again in a minute; if it happens again, tell the office of the joint meeting."),
    ),
    503: Fault(
        _("Not available at the moment"),
        _("The site is being prepared or looked after. Nothing of yours is lost."),
        _("Try again in a few minutes."),
    ),
}


def fault_words(status: int, error: Any = None) -> dict[str, Any]:
    """Return title, what, where, remedy and problems of an error page; the error's own words come first."""
    fault = FAULTS.get(status, FAULTS[500])
    return {
        "status": status,
        "title": fault.title,
        "what": getattr(error, "what", "") or fault.what,
        "where": getattr(error, "where", ""),
        "remedy": getattr(error, "remedy", "") or fault.remedy,
        "problems": getattr(error, "problems", ()),
    }
