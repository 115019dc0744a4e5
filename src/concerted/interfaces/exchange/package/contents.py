"""What a sealed package holds: the referral in words (PDF), as data (JSON), and a note; never a sealed section."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concerted.errors import Invalid, Problem

from ..typesetting import set_pdf

LAYOUT = Path(__file__).with_name("referral.typ")
SCHEMA = "concerted/outside-referral/1"


@dataclass(frozen=True)
class Part:
    """One section that is handed over, in the package's language: its key, its title, its lines (label, value)."""

    key: str
    title: str
    lines: Sequence[tuple[str, str]]
    is_sealed: bool = False


@dataclass(frozen=True)
class PackageContents:
    """One referral to somebody outside. What stands here leaves the system for good: it cannot be called back.

    basis: the consent or the legal basis in words. acknowledgement: the code by which the recipient tells, at
    `acknowledge_at`, that it has come. language: "en" or "zh-hans". urgency_code: for machines; `urgency` is its word.
    """

    number: str
    sender: str
    recipient: str
    service: str
    urgency: str
    purpose: str
    basis: str
    until: date
    made_on: date
    language: str
    acknowledge_at: str
    acknowledgement: str
    parts: Sequence[Part] = ()
    handling: Sequence[str] = ()
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    is_demonstration: bool = False
    urgency_code: str = ""


def contents_as_files(contents: PackageContents) -> dict[str, bytes]:
    """Return the package's files by neutral names. Raises Invalid where a sealed section is among the parts."""
    sealed = [part.key for part in contents.parts if part.is_sealed]
    if sealed:
        raise Invalid(
            _("Sealed sections never leave the system in a package."),
            problems=[Problem(_("It is sealed."), field=key, remedy=_("Take it out.")) for key in sealed],
        )
    with translation.override(contents.language):
        files = {"referral.pdf": _pdf(contents), "referral.json": _json(contents)}
    numbered = enumerate(contents.attachments.items(), start=1)
    return files | {f"attachment-{number}{Path(name).suffix[:6]}": data for number, (name, data) in numbered}


def _json(contents: PackageContents) -> bytes:
    told = {
        "schema": SCHEMA,
        **{name: value for name, value in asdict(contents).items() if name not in ("attachments", "parts")},
        "parts": [
            {"key": part.key, "title": part.title, "lines": list(part.lines)} for part in contents.parts
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=str).encode()


def _pdf(contents: PackageContents) -> bytes:
    said = {
        "title": _("Referral %(number)s") % {"number": contents.number},
        "banner": _("Demonstration: invented, without any effect") if contents.is_demonstration else "",
        "warning": _(
            "Confidential. It concerns a person in danger. Open it only on a device that you alone use, do not "
            "print or forward it, and delete it on the day given below."
        ),
        "facts": _facts(contents),
        "parts": [
            {"title": part.title, "lines": [list(line) for line in part.lines]} for part in contents.parts
        ],
        "handling_title": _("Handling"),
        "handling": list(contents.handling),
        "acknowledge_title": _("Say that it has come"),
        "acknowledge": _("Enter this code at %(where)s: %(code)s")
        % {"where": contents.acknowledge_at, "code": contents.acknowledgement},
    }
    return set_pdf(LAYOUT, "referral", said, language=contents.language, made_on=contents.made_on)


def _facts(contents: PackageContents) -> list[tuple[str, str]]:
    return [
        (pgettext("of a referral", "From"), contents.sender),
        (pgettext("of a referral", "To"), contents.recipient),
        (_("Service asked for"), contents.service),
        (_("Urgency"), contents.urgency),
        (_("Purpose"), contents.purpose),
        (_("Shared on the basis of"), contents.basis),
        (_("To be deleted by"), contents.until.isoformat()),
        (_("Made on"), contents.made_on.isoformat()),
    ]
