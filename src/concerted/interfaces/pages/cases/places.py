"""A field for any place of the nation, down to the county, typed or chosen; no page carries all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import Place, place_on, places
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.words import speaks_chinese
from concerted.mechanism.cases.reads.told_places import above, places_meant

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

MOST_FOUND = 12
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def called(place: Place, above: Sequence[Place], *, coded: bool = True) -> str:
    """The place with what it lies in and its code, as it is offered and read back: 云南省昆明市五华区 530102."""
    chain = [in_language(each) for each in (*above, place)]
    words = "".join(chain) if speaks_chinese() else ", ".join(reversed(chain))
    return f"{words} {place.code}" if coded else words


def named(found: Iterable[Place]) -> list[tuple[str, str]]:
    """(code, words) of places, each with what it lies in; one query for all that they lie in."""
    listed = list(found)
    higher = {code for each in listed for code in above(each.code)}
    known = {each.code: each for each in places(on=mechanism_now().date()).filter(code__in=higher)}
    return [
        (each.code, called(each, [known[code] for code in above(each.code) if code in known]))
        for each in listed
    ]


def near(province: str) -> list[tuple[str, str]]:
    """What a field offers at once: the nation, the provinces, and every place of one province."""
    on = mechanism_now().date()
    own = list(places(on=on, within=f"{province[:2]}0000")) if province[:2] not in ("", "00") else []
    wide = [
        each
        for each in places(on=on).filter(level__in=(Place.Level.NATION, Place.Level.PROVINCE))
        if each.code[:2] != province[:2]
    ]
    return named([*own, *wide])


def search(words: str, *, province: str = "") -> list[tuple[str, str]]:
    """(code, words) of the places a text may mean: the whole name before a part of it, the own province first."""
    meant = places_meant(words, province=province, on=mechanism_now().date())
    return named(place for place, _exact in meant[:MOST_FOUND])


class PlaceInput(forms.TextInput):
    """A line to type in, with the places nearby to choose from; scripts look further while one types."""

    template_name = "cases/place_input.html"

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.province = ""
        self.found: list[tuple[str, str]] = []

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add what is offered, and where more is looked for."""
        context = super().get_context(name, value, attrs)
        offered = self.found or near(self.province)
        list_id = f"{context['widget']['attrs'].get('id', name)}-places"
        context["widget"]["attrs"] |= {"list": list_id, "data-places": reverse("cases:places")}
        return context | {"list_id": list_id, "offered": [words for _code, words in offered]}

    def format_value(self, value: Any) -> str | None:
        """A code is shown with its words; what was typed stays as typed."""
        text = str(value or "")
        if not re.fullmatch(r"\d{6}", text):
            return text or None
        place = place_on(code=text, on=mechanism_now().date())
        return named([place])[0][1] if place else text


class PlaceField(forms.CharField):
    """Any place, given back as its code. Refuses what is no place, and offers the places a name may mean."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 120, "widget": PlaceInput(), **more})

    def clean(self, value: Any) -> str:
        """Return the code of the place, empty where nothing is given and nothing is needed."""
        text = super().clean(value).strip()
        if not text:
            return ""
        widget = self.widget
        assert isinstance(widget, PlaceInput)
        on = mechanism_now().date()
        code = _CODE.search(text)
        if code is not None:
            if place_on(code=code[0], on=on) is None:
                raise forms.ValidationError(_("There is no place of this code."))
            return code[0]
        meant = places_meant(text, province=widget.province, on=on)
        found = [place for place, _exact in meant]
        exact = [place for place, is_exact in meant if is_exact]
        at_home = [each for each in exact if each.code[:2] == widget.province[:2]]
        for few in (exact, at_home, found):
            if len(few) == 1:
                return few[0].code
        if not found:
            raise forms.ValidationError(
                _("No place is called so. Write the name of the county, the city or the province.")
            )
        widget.found = named((exact or found)[:MOST_FOUND])
        raise forms.ValidationError(
            _("Several places may be meant. Write one of these: %(places)s")
            % {"places": "; ".join(words for _code, words in widget.found)}
        )


_HELP = gettext_lazy("Type the county, the city or the province, and choose it.")


def any_place(label: Text, *, help: Text = "", required: bool = True) -> PlaceField:
    """Any place of the nation, down to the county."""
    return PlaceField(label=label, help_text=help or _HELP, required=required)


def begin_at_home(form: forms.Form, officer: Any, *, filled: bool = True, name: str = "place_code") -> None:
    """Let the field offer the places of the officer's own province, and begin with the place of the agency."""
    code = officer.agency.place_code if officer.agency else ""
    widget = form.fields[name].widget
    assert isinstance(widget, PlaceInput)
    widget.province = code
    if filled and code:
        form.initial.setdefault(name, code)
