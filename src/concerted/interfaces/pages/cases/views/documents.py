"""Files of a case: taken in through the vault, sent out to be kept and never to be run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.vault.files import MEGABYTE, MOST_BYTES, scanner_state
from concerted.interfaces.exchange.stored_files import send_stored_file
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts.documents import attach_file
from concerted.mechanism.cases.acts.files import withdraw_document
from concerted.mechanism.cases.reads.cases import documents_of
from concerted.mechanism.cases.reads.documents import document_file
from concerted.mechanism.cases.sections import SEALED

from ..doing import case_of, form_page, who
from ..fields import code, long, short
from ..words import SECTION_NAMES
from .sections import WhyForm


class DocumentForm(forms.Form):
    """A file and the section it is seen with."""

    section = code(
        gettext_lazy("Section"),
        {key: label for key, label in SECTION_NAMES.items() if key != "spine"},
        help=gettext_lazy("Whoever may see the section may see the file, and nobody else."),
    )
    title = short(
        gettext_lazy("Title"),
        limit=120,
        help=gettext_lazy("What it is, so that it is found again; no name of a person."),
    )
    kind = short(
        gettext_lazy("Kind of document"), limit=24, help=gettext_lazy("Receipt, photograph, report …")
    )
    content = forms.FileField(label=gettext_lazy("File"))
    note = long(
        gettext_lazy("Note"),
        required=False,
        rows=2,
        help=gettext_lazy("Where it came from and on which day, if that matters."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = self.fields["content"]
        content.help_text = " ".join((_TAKEN % {"most": MOST_BYTES // MEGABYTE}, scanned_or_not()))
        content.widget.attrs |= {
            "data-most-bytes": MOST_BYTES,
            "data-too-large": _TOO_LARGE % {"most": MOST_BYTES // MEGABYTE},
        }

    def clean_content(self) -> Any:
        """The file, if it is not too large; told at the field."""
        given = self.cleaned_data["content"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_TOO_LARGE % {"most": MOST_BYTES // MEGABYTE})
        return given


_TAKEN = gettext_lazy(
    "PDF, picture, recording, office document (not .doc or .xls) or plain text, %(most)s MB at most. It is "
    "judged by its content."
)
_TOO_LARGE = gettext_lazy("The file is larger than %(most)s MB. Make it smaller, or split it.")


def scanned_or_not() -> str:
    """Whether a file is scanned for viruses here, as this installation is set up."""
    if scanner_state() == "none":
        return _("This installation has no virus scanner: the file is not scanned.")
    return _("It is scanned for viruses before it is kept.")


@page(Permission.CASE_EDIT)
def add(request: Request, pk: int) -> HttpResponse:
    """Put a file into a section of the case."""
    case = case_of(request, pk)

    def do(given: Any) -> None:
        upload = given.pop("content")
        attach_file(**who(request), case=case, content=upload.read(), name=upload.name, **given)

    return form_page(
        request,
        DocumentForm(request.POST or None, request.FILES or None),
        do,
        title=_("Add a document"),
        button=_("Add"),
        back=reverse("cases:case", args=[pk]) + "#documents",
        done=_("The document was added."),
        context={"has_file": True},
    )


class WithdrawForm(forms.Form):
    """Why a document should not stand there."""

    reason = long(
        gettext_lazy("Why it is withdrawn"),
        rows=2,
        help=gettext_lazy("It is kept with the document, which nobody is shown any more."),
    )


@page(Permission.CASE_EDIT)
def withdraw(request: Request, pk: int, which: int) -> HttpResponse:
    """Take a document of the agency's own out of sight; it is kept."""
    case = case_of(request, pk)
    rows = documents_of(**who(request), case=case)
    found = next(
        (one for one, _title in rows if one.pk == which and one.agency_id == request.officer.agency_id), None
    )
    if found is None:
        raise NotThere(_("There is no such file."))
    return form_page(
        request,
        WithdrawForm(request.POST or None),
        lambda given: withdraw_document(**who(request), document=found, **given),
        title=_("Withdraw a document"),
        lede=next(title for one, title in rows if one.pk == which),
        button=_("Withdraw the document"),
        back=reverse("cases:case", args=[pk]) + "#documents",
        done=_("The document was withdrawn."),
    )


@page(Permission.CASE_EXPORT)
def download(request: Request, pk: int, which: int) -> Any:
    """Send the file as an attachment under a policy that allows nothing; one of a sealed section after a reason."""
    case = case_of(request, pk)
    rows = documents_of(**who(request), case=case)
    found = next((one for one, _title in rows if one.pk == which and one.file), None)
    if found is None:
        raise NotThere(_("There is no such file."))
    if found.section not in SEALED:
        return send_stored_file(document_file(**who(request), case=case, document=which))
    return form_page(
        request,
        WhyForm(request.POST or None),
        lambda given: send_stored_file(
            document_file(**who(request), case=case, document=which, why=given["why"])
        ),
        title=_("A document of a sealed section"),
        lede=str(SECTION_NAMES[found.section]),
        button=_("Open the document"),
        back=reverse("cases:case", args=[pk]) + "#documents",
    )
