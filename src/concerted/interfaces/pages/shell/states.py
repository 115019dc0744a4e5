"""Says how every state of the mechanism looks on a page: words, tone and symbol; it decides no state."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Look:
    """How a state is shown: words, a tone (a class in components.css) and a symbol; never colour alone."""

    label: str | Promise
    tone: str
    symbol: str


LOOKS: dict[str, Look] = {
    # obligations
    "not_yet_open": Look(_("Not yet open"), "quiet", "○"),
    "open": Look(pgettext_lazy("state", "Open"), "info", "○"),
    "due_soon": Look(_("Due soon"), "warn", "◔"),
    "grace": Look(_("In grace"), "warn", "◔"),
    "overdue": Look(_("Overdue"), "bad", "▲"),
    "met_on_time": Look(_("Met on time"), "good", "✓"),
    "met_late": Look(_("Met late"), "late", "✓"),
    "excused": Look(_("Excused"), "quiet", "–"),
    "not_reported": Look(_("Not reported"), "bad", "✕"),
    # progress reports
    "not_started": Look(_("Not started"), "quiet", "○"),
    "draft": Look(_("Draft"), "quiet", "◔"),
    "submitted": Look(_("Submitted"), "info", "◑"),
    "returned": Look(pgettext_lazy("state", "Returned"), "warn", "↩"),
    "resubmitted": Look(_("Resubmitted"), "info", "◑"),
    "cleared": Look(pgettext_lazy("state", "Cleared"), "info", "◕"),
    "accepted": Look(_("Accepted"), "good", "✓"),
    "published": Look(_("Published"), "good", "●"),
    "corrected": Look(_("Corrected"), "late", "✎"),
    # plans and periods
    "drafting": Look(_("Drafting"), "quiet", "◔"),
    "consultation": Look(_("In consultation"), "info", "◑"),
    "adopted": Look(_("Adopted"), "good", "✓"),
    "in_force": Look(_("In force"), "good", "●"),
    "adopted_not_begun": Look(_("Adopted, not begun"), "quiet", "○"),
    "years_over": Look(_("Its years are over"), "quiet", "■"),
    "under_revision": Look(_("Under revision"), "warn", "◑"),
    "superseded": Look(_("Superseded"), "quiet", "–"),
    "planned": Look(_("Planned"), "quiet", "○"),
    "closed": Look(pgettext_lazy("state", "Closed"), "quiet", "■"),
    "reopened": Look(_("Reopened"), "warn", "◔"),
    # measures and claimed implementation
    "proposed": Look(_("Proposed"), "quiet", "○"),
    "agreed": Look(_("Agreed"), "info", "◔"),
    "active": Look(_("Active"), "info", "◑"),
    "in_progress": Look(_("In progress"), "info", "◑"),
    "on_track": Look(_("On track"), "good", "◑"),
    "delayed": Look(_("Delayed"), "warn", "◔"),
    "at_risk": Look(_("At risk"), "warn", "◔"),
    "off_track": Look(_("Off track"), "bad", "▲"),
    "preparing": Look(_("Preparing"), "info", "◔"),
    "under_way": Look(_("Under way"), "info", "◑"),
    "mostly_done": Look(_("Mostly done"), "info", "◕"),
    "done": Look(_("Done"), "good", "✓"),
    "on_hold": Look(_("On hold"), "warn", "–"),
    "completion_claimed": Look(_("Completion claimed"), "info", "◕"),
    "done_claimed": Look(_("Done, to be verified"), "info", "◕"),
    "acknowledged": Look(pgettext_lazy("action item", "Taken note of"), "info", "◔"),
    "completed": Look(_("Completed"), "good", "✓"),
    "verified": Look(_("Verified"), "good", "●"),
    "achieved": Look(_("Achieved"), "good", "✓"),
    "partly_achieved": Look(_("Partly achieved"), "late", "◑"),
    "not_achieved": Look(_("Not achieved"), "bad", "✕"),
    "cancelled": Look(_("Cancelled"), "quiet", "✕"),
    "merged": Look(_("Merged into another"), "quiet", "→"),
    # provincial alignment
    "not_considered": Look(_("Not yet considered"), "quiet", "○"),
    "adapted": Look(_("Adapted"), "late", "◑"),
    "declined": Look(_("Declined"), "bad", "✕"),
    "local_only": Look(_("Local only"), "info", "◆"),
    "rebase_due": Look(_("National change to review"), "warn", "▲"),
    "rebased": Look(_("National change taken over"), "good", "✓"),
    "diverged": Look(_("Difference kept, with reason"), "late", "◑"),
    "no_plan": Look(_("No plan recorded"), "quiet", "–"),
    # observed values
    "reported": Look(_("Reported"), "info", "◑"),
    "checked": Look(_("Checked"), "info", "◕"),
    "queried": Look(_("Queried"), "warn", "?"),
    "withdrawn": Look(_("Withdrawn"), "quiet", "✕"),
    "conflicting": Look(_("Conflicting values"), "bad", "≠"),
    "adjudicated": Look(_("Settled by ruling"), "good", "●"),
    "missing": Look(_("Missing"), "bad", "–"),
    # responsibilities
    "lead": Look(pgettext_lazy("responsibility", "Lead"), "info", "●"),
    "support": Look(pgettext_lazy("responsibility", "Support"), "quiet", "○"),
    "none": Look(pgettext_lazy("value", "None"), "quiet", "·"),
}


def look_of(state: object, label: str | Promise = "") -> Look:
    """Return how a state is shown; an unlisted state appears in its own words, in the quiet tone.

    state: the state's key, or an enumeration member whose value is the key.
    """
    key = str(getattr(state, "value", state)).lower().replace("-", "_").replace(" ", "_")
    own_words = str(getattr(state, "label", "")) or key.replace("_", " ").capitalize()
    known = LOOKS.get(key) or Look(own_words, "quiet", "·")
    return Look(label, known.tone, known.symbol) if label else known
