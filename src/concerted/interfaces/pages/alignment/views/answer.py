"""The page on which a place answers a national measure; every rule is in the acts it calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.widgets import DayMonthYear
from concerted.mechanism.plan.acts import alignment as acts
from concerted.mechanism.plan.reads import alignment as reads
from concerted.mechanism.plan.reads import documents
from concerted.mechanism.plan.reads.wording import (
    BaselineSaid,
    DeadlineSaid,
    TargetSaid,
    agencies_by_key,
    agencies_of_place,
    counterparts,
)

from ..words import (
    DEADLINES,
    FIELDS,
    field_words,
    in_language,
    indicator_names,
    no_counterpart_words,
    value_words,
)
from .coverage import gap_words

TOLD = ("coverage", "target_group", "funding")


@page(Permission.ALIGNMENT_DECIDE)
def answer(request: Request, measure: int) -> HttpResponse:
    """National text beside the local one; adopt, decline or consider again from here."""
    asked = Asked(request, measure)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            said = _decide(request, asked)
        except Invalid as fault:
            faults = {problem.field: str(problem.what) for problem in fault.problems}
        else:
            messages.success(request, said)
            return redirect("alignment:answer", measure=asked.national.pk)
    return render(request, "alignment/answer.html", asked.context() | {"faults": faults})


@page(Permission.ALIGNMENT_DECIDE)
def adapt(request: Request, measure: int) -> HttpResponse:
    """The local wording field by field, with why for each that differs."""
    asked = Asked(request, measure)
    form = AdaptForm(request.POST or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        try:
            acts.adapt_measure(
                officer=request.officer,
                at=request.at,
                national=asked.national,
                fields=form.changed_values(),
                differs=form.reasons(),
                expected_row_version=asked.seen_version(),
            )
        except Invalid as fault:
            form.take_faults(fault)
        else:
            messages.success(request, _("Your answer stands: adapted."))
            return redirect("alignment:answer", measure=asked.national.pk)
    return render(request, "alignment/adapt.html", asked.context() | {"form": form, "groups": form.groups()})


def _decide(request: Request, asked: Asked) -> str:
    what, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    common: dict[str, Any] = {"officer": request.officer, "at": request.at}
    seen = asked.seen_version()
    if what == "adopt":
        acts.adopt_measure(**common, national=asked.national, expected_row_version=seen)
        return _("Your answer stands: adopted.")
    if what == "decline":
        acts.decline_measure(**common, national=asked.national, reason=reason, expected_row_version=seen)
        return _("Your answer stands: declined.")
    if what == "consider_again" and asked.standing is not None:
        acts.consider_again(**common, alignment=asked.standing, reason=reason, expected_row_version=seen)
        return _("The answer was taken back; the measure is open again.")
    raise Conflict(_("Choose how to answer."), remedy=_("Adopt, adapt or decline the measure."))


class Asked:
    """The measure asked about and everything the place has said of it."""

    def __init__(self, request: Request, pk: int) -> None:
        agency = request.officer.agency
        assert agency is not None
        self.request, self.code = request, agency.place_code
        self.national = documents.measure_by_id(pk)
        if self.code == reads.NATION:
            raise NotThere(_("The nation does not answer its own measures."))
        self.standing = reads.standing_answer(self.national, self.code)
        self.local = reads.local_now(self.standing, draft_first=True) if self.standing else None
        kind = self.standing.kind if self.standing else "adapted"
        self.pair = reads.side_by_side(self.national, self.local, self.code, on=request.at.date(), kind=kind)
        keys = {key for lines in self.pair.national.everyone.values() for key in lines}
        keys |= {key for own in (self.pair.local.agencies if self.pair.local else {}).values() for key in own}
        parts = self.national.responsibilities.all()
        keys |= {part.agency.key for part in parts}
        found = agencies_by_key(keys)
        self.names = {key: in_language(one.name_en, one.name_zh) for key, one in found.items()}
        local = self.pair.local.indicators if self.pair.local else {}
        self.indicators = indicator_names({**local, **self.pair.national.indicators})

    def seen_version(self) -> int | None:
        """The row version of the answer the officer had before them."""
        posted = self.request.POST.get("row_version", "")
        return int(posted) if posted.isdigit() else None

    def rows(self) -> list[dict[str, Any]]:
        """Each field in its two wordings."""
        local = self.pair.local
        names = [
            *self.pair.national.fields,
            *(n for n in (local.fields if local else {}) if n not in self.pair.national.fields),
        ]
        differs = self.standing.differs if self.standing else {}
        return [
            {
                "label": field_words(name, self.indicators),
                "national": self._say_national(name),
                "local": self._say(name, local.agencies.get(name, local.fields.get(name))) if local else "",
                "unanswered": no_counterpart_words(self.pair.national.unanswerable(name), self.names),
                "differs": name in self.pair.differs,
                "why": differs.get(name, {}).get("why", ""),
            }
            for name in names
        ]

    def _say(self, name: str, value: Any) -> str:
        return value_words(name, value, self.names, self.indicators)

    def _say_national(self, name: str) -> str:
        if name in ("lead", "support"):
            own = [p.agency.key for p in self.national.responsibilities.all() if p.role == name]
            return self._say(name, tuple(own))
        return self._say(name, self.pair.national.fields.get(name))

    def context(self) -> dict[str, Any]:
        """What every page of an answer shows."""
        plan = self.national.version.plan
        return {
            "plan": plan,
            "measure": self.national,
            "standing": self.standing,
            "local": self.local,
            "rows": self.rows(),
            "gaps": [
                gap_words(gap, self.indicators)
                for gap in self.pair.gaps
                if gap.kind not in ("missing", "declined")
            ],
            "told": [
                (FIELDS[name], self.standing.differs[name])
                for name in TOLD
                if self.standing and name in self.standing.differs
            ],
            "code": self.code,
            "local_plan": reads.local_plan(plan, self.code),
            "due": self.standing is not None and self.standing.national_id != self.national.pk,
        }


class AdaptForm(forms.Form):
    """One group of inputs a field, filled with what stands now; beside each, why it differs."""

    use_required_attribute = False

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        base = asked.pair.local or asked.pair.national
        self._before: Mapping[str, Any] = base.fields
        on = asked.request.at.date()
        self._agencies = agencies_of_place(asked.code, on=on)
        self._own = {} if asked.pair.local else counterparts(asked.code, on=on)
        differs = asked.standing.differs if asked.standing else {}
        self._names = [name for name in base.fields if name != "indicator"]
        for number, name in enumerate([*self._names, *TOLD]):
            self.fields.update(self._inputs(number, name))
            why = forms.CharField(
                label=_("Why it differs"), required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
            why.initial = differs.get(name, {}).get("why", "")
            self.fields[f"why_{number}"] = why

    def _inputs(self, number: int, name: str) -> dict[str, forms.Field]:
        value, kind = self._before.get(name), name.partition(":")[0]
        if kind in ("title", "text"):
            widget = forms.Textarea(attrs={"rows": 4}) if kind == "text" else forms.TextInput()
            longest = 200 if kind == "title" else None
            labels = (_("In English"), _("In Chinese"))
            return {
                f"f{number}_{n}": forms.CharField(
                    label=label, required=False, initial=said, max_length=longest, widget=widget
                )
                for n, (label, said) in enumerate(zip(labels, value or ("", ""), strict=True))
            }
        if kind in ("lead", "support"):
            choices = [(one.key, in_language(one.name_en, one.name_zh)) for one in self._agencies]
            chosen = self._standing(name, value or ())
            several = forms.MultipleChoiceField(
                label=field_words(name),
                required=False,
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                initial=chosen,
            )
            return {f"f{number}_0": several}
        if kind == "starts":
            return {
                f"f{number}_0": forms.DateField(
                    label=_("First day"), required=False, initial=value, widget=DayMonthYear
                )
            }
        if kind == "deadline":
            return self._deadline(number, value)
        if kind == "target":
            number_field = forms.DecimalField(
                label=_("Value"),
                required=False,
                initial=value.value if value else None,
                max_digits=20,
                decimal_places=6,
            )
            return {
                f"f{number}_0": number_field,
                f"f{number}_1": forms.DateField(
                    label=_("By"), required=False, initial=value.by if value else None, widget=DayMonthYear
                ),
            }
        if kind == "baseline":
            return {
                f"f{number}_0": forms.DecimalField(
                    label=_("Value"),
                    required=False,
                    initial=value.value if value else None,
                    max_digits=20,
                    decimal_places=6,
                ),
                f"f{number}_1": forms.IntegerField(
                    label=_("Year"),
                    required=False,
                    initial=value.year if value else None,
                    min_value=1900,
                    max_value=2200,
                ),
            }
        said = (self.asked.standing.differs if self.asked.standing else {}).get(name, {}).get("says", "")
        return {f"f{number}_0": forms.CharField(label=field_words(name), required=False, initial=said)}

    def _standing(self, role: str, lines: Sequence[str]) -> list[str]:
        """The agencies the local measure has in the role; before there is one, the place's own for the nation's."""
        if self.asked.pair.local is not None:
            return list(self.asked.pair.local.agencies.get(role, ()))
        return [self._own[line].key for line in lines if line in self._own]

    def _deadline(self, number: int, value: Any) -> dict[str, forms.Field]:
        kinds = [
            ("date", _("On a day")),
            *((k, DEADLINES[k]) for k in ("continuous", "yearly")),
            ("text", _("In words")),
        ]
        if value and value.kind in ("not_read", "not_stated"):
            kinds.append((value.kind, DEADLINES[value.kind]))
        return {
            f"f{number}_0": forms.ChoiceField(
                label=_("Kind"), choices=kinds, initial=value.kind if value else "continuous"
            ),
            f"f{number}_1": forms.DateField(
                label=_("Day"), required=False, initial=value.on if value else None, widget=DayMonthYear
            ),
            f"f{number}_2": forms.CharField(
                label=_("In words"), required=False, initial=value.text if value else "", max_length=200
            ),
        }

    def groups(self) -> list[dict[str, Any]]:
        """The bound inputs of each field, with the national wording above them."""
        return [
            {
                "label": field_words(name, self.asked.indicators),
                "national": self.asked._say_national(name) if name not in TOLD else "",
                "told": name in TOLD,
                "inputs": [self[key] for key in self.fields if key.startswith(f"f{number}_")],
                "why": self[f"why_{number}"],
            }
            for number, name in enumerate([*self._names, *TOLD])
        ]

    def changed_values(self) -> dict[str, Any]:
        """The fields whose value was changed, as the act takes them."""
        found: dict[str, Any] = {}
        for number, name in enumerate([*self._names, *TOLD]):
            inputs = [key for key in self.fields if key.startswith(f"f{number}_")]
            if name in TOLD:
                if self.cleaned_data[inputs[0]]:
                    found[name] = self.cleaned_data[inputs[0]]
            elif any(key in self.changed_data for key in inputs):
                found[name] = self._value(name, [self.cleaned_data.get(key) for key in inputs])
        return found

    def _value(self, name: str, given: list[Any]) -> Any:
        kind = name.partition(":")[0]
        if kind in ("title", "text"):
            return tuple(given)
        if kind in ("lead", "support"):
            return [one for one in self._agencies if one.key in given[0]]
        if kind == "starts":
            return given[0]
        if kind == "deadline":
            return DeadlineSaid(
                given[0], given[1] if given[0] == "date" else None, given[2] if given[0] == "text" else ""
            )
        if given[1] is None:
            return None
        value = Decimal(given[0]) if given[0] is not None else None
        return TargetSaid(value, given[1]) if kind == "target" else BaselineSaid(value, given[1])

    def reasons(self) -> dict[str, str]:
        """Why each field differs, where something was written."""
        every = enumerate([*self._names, *TOLD])
        return {name: why for n, name in every if (why := self.cleaned_data.get(f"why_{n}", "").strip())}

    def clean(self) -> dict[str, Any]:
        """A day for a deadline on a day, and words for one in words."""
        for number, name in enumerate(self._names):
            if name != "deadline":
                continue
            kind, on, text = (self.cleaned_data.get(f"f{number}_{n}") for n in range(3))
            if kind == "date" and on is None and not self.errors.get(f"f{number}_1"):
                self.add_error(f"f{number}_1", _("Enter the day."))
            if kind == "text" and not text:
                self.add_error(f"f{number}_2", _("Say in words by when."))
        return self.cleaned_data

    def take_faults(self, fault: Invalid) -> None:
        """Show what the act refused beside the field it concerns."""
        every = [*self._names, *TOLD]
        for problem in fault.problems:
            where = (
                self._place_of(problem.field, every.index(problem.field), fault)
                if problem.field in every
                else None
            )
            self.add_error(where, " ".join(str(part) for part in (problem.what, problem.remedy) if part))
        if not fault.problems:
            self.add_error(None, str(fault))

    def _place_of(self, name: str, number: int, fault: Invalid) -> str:
        """The input a fault is told beside: what cannot be so at the field itself, all else at its reason."""
        if not isinstance(fault, acts.Impossible):
            return f"why_{number}"
        return f"f{number}_1" if name == "deadline" else f"f{number}_0"
