"""The forms in which officers write down what is said of a person, a kind of value each; they keep nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concerted.foundation.agencies.reads import Agency, AgencyFilter, filtered_agencies
from concerted.foundation.people.births import said_of
from concerted.foundation.people.values import (
    Birth,
    Description,
    Document,
    Name,
    Origin,
    SexStated,
    Statement,
    Value,
)
from concerted.interfaces.exchange.case_sheet import targets
from concerted.interfaces.exchange.case_sheet.targets import Unreadable, script_of
from concerted.interfaces.pages.shell.templatetags._words import in_language

from ..fields import code, day, long, short, yes
from ..words import CALENDARS, CONFIDENCES, NAME_KINDS, PAPER_KINDS, SCRIPTS, SEXES

MOST_NAMED = 6


class Provenance(forms.Form):
    """When, how surely and by whom a value was said; the kinds of values add their own fields before."""

    what: ClassVar[str] = ""
    main: ClassVar[str] = ""
    """The field that a value which cannot be read is handed back at."""
    stated_on = day(
        gettext_lazy("When it was said"),
        required=False,
        help=gettext_lazy("The day the person or the paper said so; today where it is left empty."),
    )
    confidence = code(
        gettext_lazy("How sure it is"),
        CONFIDENCES,
        help=gettext_lazy("Your own judgement; others read it beside the value."),
    )
    source = short(
        gettext_lazy("Agency that said it"),
        required=False,
        help=gettext_lazy(
            "Its name, where you pass on another agency's word; your own where it is left empty."
        ),
    )

    def __init__(self, *args: Any, on: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on or timezone.localdate()
        last = list(Provenance.base_fields)
        self.order_fields([name for name in self.fields if name not in last] + last)

    def clean_source(self) -> Agency | None:
        """The agency of this name, alone where several hold the words."""
        words = self.cleaned_data["source"].strip()
        if not words:
            return None
        found = filtered_agencies(wanted=AgencyFilter(words=words), limit=MOST_NAMED)
        exact = [each for each in found if words in (each.key, each.name_en, each.name_zh)] or found
        if len(exact) == 1:
            return exact[0]
        if not found:
            raise forms.ValidationError(_("No agency has this name."))
        names = ", ".join(in_language(each) for each in found)
        raise forms.ValidationError(
            _("Several agencies fit; write one of these: %(names)s") % {"names": names}
        )

    def value(self, given: Mapping[str, Any]) -> Value:
        """What is said, of the cleaned fields. Raises Unreadable or Invalid."""
        raise NotImplementedError

    def statement(self) -> Statement:
        """The value with its provenance."""
        given = self.cleaned_data
        return Statement(
            self.value(given), given["stated_on"] or self.on, given["confidence"], given["source"]
        )

    @classmethod
    def begin(cls, value: Any) -> dict[str, Any]:
        """The fields as a value that is corrected fills them."""
        return {name: getattr(value, name) for name in cls.base_fields if hasattr(value, name)}


class NameForm(Provenance):
    """Another name, or the same in another script."""

    what = "name"
    full = short(
        gettext_lazy("Name as it was said or written"),
        help=gettext_lazy("The whole name; every name there is stays beside it."),
    )
    kind = code(
        gettext_lazy("What sort of name"),
        NAME_KINDS,
        help=gettext_lazy("A person is called by the legal name, unless your agency goes by another."),
    )
    script = code(
        gettext_lazy("Script"),
        SCRIPTS,
        empty=gettext_lazy("As its first sign tells"),
        help=gettext_lazy(
            "The writing it was written down in; it decides how the name is searched by sound."
        ),
    )
    family = short(
        gettext_lazy("Family name"),
        required=False,
        help=gettext_lazy("Where it is known which part it is, such as 单于 in 单于晓红."),
    )
    given = short(
        gettext_lazy("Given name"),
        required=False,
        help=gettext_lazy("The rest of the name, where it is known which part it is."),
    )
    note = short(
        gettext_lazy("Remark"),
        required=False,
        help=gettext_lazy("Such as who called the person so, and when."),
    )

    def value(self, given: Mapping[str, Any]) -> Value:
        """The name."""
        full = given["full"].strip()
        return Name(
            full,
            given["script"] or script_of(full),
            given["kind"],
            given["family"].strip(),
            given["given"].strip(),
            given["note"].strip(),
        )


class BirthForm(Provenance):
    """When the person was born: a day, a month, a year, a span or an age, in either calendar."""

    what, main = "birth", "born"
    born = short(
        gettext_lazy("Born, or age"),
        limit=60,
        help=gettext_lazy(
            "1990-03-05, 1990-03, 1990, 1988 to 1990, 农历1990年闰五月初三, 23 or 20-25; unknown where nobody knows. "
            "An age counts from the day it was said."
        ),
    )
    calendar = code(
        pgettext_lazy("birth", "Calendar"),
        CALENDARS,
        help=gettext_lazy(
            "The calendar the date was said in; both are kept: the words, and the days they mean."
        ),
    )
    estimated = yes(
        gettext_lazy("It is an estimate"),
        help=gettext_lazy("By looks, by a doctor or by memory; not as a paper has it."),
    )

    def value(self, given: Mapping[str, Any]) -> Value:
        """The interval of days it means, with the words it was said in."""
        words = given["born"].strip()
        said = (
            f"农历{words}"
            if given["calendar"] == "chinese_lunar" and not words.startswith(("农历", "阴历", "旧历"))
            else words
        )
        on = given["stated_on"] or self.on
        found = _first_read(((said, "person.birth"), (words, "person.age")), on)
        assert isinstance(found, Birth)
        noted = found if found.note else replace(found, note=words)
        return replace(noted, estimation="estimated") if given["estimated"] and found.earliest else noted

    @classmethod
    def begin(cls, value: Any) -> dict[str, Any]:
        """The words it was said in, where they were kept; else the days."""
        days = dict.fromkeys(str(each) for each in (value.earliest, value.latest) if each)
        words = said_of(value)
        return {
            "born": words or " to ".join(days),
            "calendar": value.calendar if words else "gregorian",
            "estimated": value.estimation == "estimated",
        }


def _first_read(tries: tuple[tuple[str, str], ...], on: date) -> Value:
    faults: list[Unreadable] = []
    for words, key in tries:
        try:
            read = targets()[key].read(words, on)
        except Unreadable as fault:
            faults.append(fault)
        else:
            assert isinstance(read, Statement)
            return read.value
    raise faults[0]


class SexForm(Provenance):
    """What is said of the sex, and of gender."""

    what = "sex"
    code = code(
        gettext_lazy("Sex"), SEXES, help=gettext_lazy("As the person or the paper says it; it may differ.")
    )
    gender = short(
        gettext_lazy("Gender in the person's own words"),
        required=False,
        help=gettext_lazy("Only where the person spoke of it."),
    )
    note = short(
        gettext_lazy("Remark"), required=False, help=gettext_lazy("Such as what the paper says instead.")
    )

    def value(self, given: Mapping[str, Any]) -> Value:
        """The sex as stated."""
        return SexStated(given["code"], given["gender"].strip(), given["note"].strip())


class OriginForm(Provenance):
    """Where the person comes from, and which language she speaks."""

    what = "origin"
    nationality = short(
        gettext_lazy("Nationality"),
        required=False,
        limit=60,
        help=gettext_lazy("Two letters, as CN or VN, or the country's full name."),
    )
    country = short(
        gettext_lazy("Country of origin"),
        required=False,
        limit=60,
        help=gettext_lazy("Two letters, as CN or VN, or the country's full name."),
    )
    place_text = short(
        gettext_lazy("Home place"),
        required=False,
        help=gettext_lazy("As the person calls it: village, township, county."),
    )
    registered_at = short(
        gettext_lazy("Place of household registration"),
        required=False,
        help=gettext_lazy("Where the household register is kept, when it is another place."),
    )
    ethnicity = short(
        gettext_lazy("Ethnic group"), required=False, help=gettext_lazy("As the person says it.")
    )
    language = short(
        gettext_lazy("Language"),
        required=False,
        help=gettext_lazy("In which the person is best spoken to, with the dialect."),
    )
    note = short(
        gettext_lazy("Remark"),
        required=False,
        help=gettext_lazy("What helps to find the place or the family."),
    )

    def clean_nationality(self) -> str:
        """Its two letters."""
        return _country(self.cleaned_data["nationality"], self.on)

    def clean_country(self) -> str:
        """Its two letters."""
        return _country(self.cleaned_data["country"], self.on)

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given[name].strip() for name in _OF_ORIGIN):
            raise forms.ValidationError(_("Nothing is written down. Fill what is known."))
        return given

    def value(self, given: Mapping[str, Any]) -> Value:
        """The origin."""
        return Origin(**{name: given[name].strip() for name in _OF_ORIGIN})


_OF_ORIGIN = ("nationality", "country", "place_text", "registered_at", "ethnicity", "language", "note")


def _country(text: str, on: date) -> str:
    if not text.strip():
        return ""
    try:
        read = targets()["person.country"].read(text, on)
    except Unreadable as fault:
        raise forms.ValidationError(f"{fault.what} {fault.remedy}".strip()) from fault
    assert isinstance(read, Statement) and isinstance(read.value, Origin)
    return read.value.country


class PaperForm(Provenance):
    """A paper with its number, whoever holds it now."""

    what = "document"
    kind = code(
        gettext_lazy("What paper"),
        PAPER_KINDS,
        help=gettext_lazy("A resident card's number is checked by its last character."),
    )
    number = short(
        pgettext_lazy("paper", "Number"),
        limit=60,
        help=gettext_lazy("As it stands there, digit by digit; nothing for a paper without a number."),
    )
    as_written = yes(
        gettext_lazy("It stands so on the paper, though it does not fit"),
        help=gettext_lazy(
            "For a forged or damaged resident card: the number is kept as written, with this mark."
        ),
    )
    country = short(
        gettext_lazy("Country that issued it"),
        required=False,
        limit=60,
        help=gettext_lazy("Two letters, as CN or VN, or the country's full name."),
    )
    issued_on = day(
        gettext_lazy("Issued on"), required=False, help=gettext_lazy("The day that stands on the paper.")
    )
    expires_on = day(
        gettext_lazy("Valid until"), required=False, help=gettext_lazy("The day that stands on the paper.")
    )
    held_by = short(
        gettext_lazy("Who holds it now"),
        required=False,
        help=gettext_lazy("Such as the person, the police, or the employer who took it away."),
    )
    note = short(
        gettext_lazy("Remark"),
        required=False,
        help=gettext_lazy("Such as “damaged”, “a copy only” or “shown on a phone”."),
    )

    def clean_country(self) -> str:
        """Its two letters."""
        return _country(self.cleaned_data["country"], self.on)

    def value(self, given: Mapping[str, Any]) -> Value:
        """The paper."""
        names = ("number", "kind", "country", "issued_on", "expires_on", "held_by", "note", "as_written")
        cleaned = {
            name: given[name].strip() if isinstance(given[name], str) else given[name] for name in names
        }
        return Document(**cleaned)


class DescriptionForm(Provenance):
    """What the person looks or speaks like; for an unknown offender often all there is."""

    what = "description"
    text = long(
        gettext_lazy("Description"),
        help=gettext_lazy("Height, build, scars, speech, clothes: what others could know the person by."),
    )

    def value(self, given: Mapping[str, Any]) -> Value:
        """The description."""
        return Description(given["text"].strip())


class PictureForm(Provenance):
    """A photograph, kept in the vault."""

    what = "photograph"
    content = forms.FileField(
        label=pgettext_lazy("attribute", "Photograph"),
        help_text=gettext_lazy(
            "A picture of the person or of a mark; it is encrypted under a key of its own."
        ),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    caption = short(
        gettext_lazy("What it shows"),
        required=False,
        help=gettext_lazy("Such as “face, on arrival”; it is sealed like the picture."),
    )
    taken_on = day(
        gettext_lazy("Taken on"),
        required=False,
        help=gettext_lazy("The day the picture was taken, when known."),
    )


FORMS: Mapping[str, type[Provenance]] = {
    form.what: form
    for form in (NameForm, BirthForm, SexForm, OriginForm, PaperForm, DescriptionForm, PictureForm)
}
