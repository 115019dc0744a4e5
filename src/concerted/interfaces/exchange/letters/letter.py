"""What a letter of entitlement says, in its language, sentence by sentence; it knows no paper and no file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class EntitlementLetter:
    """One letter. kind and agency are in the letter's language; holder is the name or sign the person goes by.

    number and code together are what anybody who is shown the letter checks it by, at `verify_at`. language: "en" or
    "zh-hans". until None is open. There is no field for where the person lives, on purpose.
    """

    kind: str
    number: str
    code: str
    agency: str
    holder: str
    issued_on: date
    since: date
    until: date | None
    language: str
    verify_at: str
    is_demonstration: bool = False

    @property
    def is_chinese(self) -> bool:
        return self.language.startswith("zh")

    def day(self, day: date) -> str:
        """The day as letters write it: 2011年7月25日, 25 July 2011."""
        if self.is_chinese:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Said:
    """The letter's sentences: head, title, body, the box by which it is checked, and the close."""

    head: str
    number: str
    title: str
    body: tuple[str, ...]
    check_title: str
    check: tuple[tuple[str, str], ...]
    check_note: str
    signed: str
    day: str
    banner: str


def said_by(letter: EntitlementLetter) -> Said:
    """Return what the letter says, every word in its language."""
    with translation.override(letter.language):
        return Said(
            head=letter.agency,
            number=_("No. %(number)s") % {"number": letter.number},
            title=_("Letter of entitlement: %(kind)s") % {"kind": letter.kind},
            body=tuple(_body(letter)),
            check_title=_("Check this letter"),
            check=(
                (_("Number"), letter.number),
                (_("Verification code"), letter.code),
                (_("Where"), letter.verify_at),
            ),
            check_note=_(
                "The check answers only whether the letter is valid. It shows nothing about the person, and "
                "nobody needs to ask them why they hold it."
            ),
            signed=letter.agency,
            day=letter.day(letter.issued_on),
            banner=_("Demonstration: invented, without any effect") if letter.is_demonstration else "",
        )


def _body(letter: EntitlementLetter) -> list[str]:
    days = {
        "holder": letter.holder,
        "kind": letter.kind,
        "since": letter.day(letter.since),
        "until": letter.day(letter.until) if letter.until else "",
    }
    if letter.until:
        first = (
            _(
                "This is to certify that %(holder)s holds this entitlement from %(since)s until %(until)s: %(kind)s."
            )
            % days
        )
    else:
        first = (
            _("This is to certify that %(holder)s holds this entitlement from %(since)s on: %(kind)s.") % days
        )
    return [
        first,
        _(
            "Please give the bearer what the entitlement provides, and do not keep more of this letter than its number."
        ),
    ]
