"""Tags that show Django forms as accessible fields with labels, hints and errors; they validate nothing."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

from ..widgets import DayMonthYear

register = template.Library()


@register.inclusion_tag("shell/ui/field.html")
def field(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    rows: int = 0,
    maxlength: int = 0,
    width: str = "",
    small: bool = False,
    hide_label: bool = False,
    autocomplete: str = "",
) -> dict[str, Any]:
    """Show one field of a form: label, hint, error and control, whatever its widget.

    width: 2, 3, 4, 5, 10, 20 characters, or one-half, two-thirds ...; maxlength: show the characters left;
    small: small choices. A field with `more_help` shows it below the hint, on opening.
    """
    kind = kind_of(bound)
    hint = hint or str(bound.help_text or "")
    described = [f"{bound.auto_id}-hint"] * bool(hint) + [f"{bound.auto_id}-error"] * bool(bound.errors)
    limit = maxlength or (getattr(bound.field, "max_length", None) or 0 if kind == "textarea" else 0)
    if kind == "textarea" and limit:
        described.append(f"{bound.auto_id}-info")
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "more": str(getattr(bound.field, "more_help", "")),
        "errors": bound.errors,
        "limit": limit,
        "small": small,
        "hide_label": hide_label,
        "optional": not bound.field.required and kind not in {"checkbox", "hidden"},
        "described": " ".join(described),
        "control": _control(bound, kind, described, rows, width, autocomplete),
        "options": list(_options(bound, kind)),
        "parts": _date_parts(bound) if kind == "date" else (),
        "id": bound.auto_id,
    }


KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.MultipleHiddenInput, "hidden"),
    (DayMonthYear, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
)


def kind_of(bound: BoundField) -> str:
    """Return which of the shell's controls shows this field."""
    return next((kind for widget, kind in KINDS if isinstance(bound.field.widget, widget)), "text")


CLASSES = {"select": "govuk-select", "textarea": "govuk-textarea", "file": "govuk-file-upload"}


def _control(
    bound: BoundField, kind: str, described: list[str], rows: int, width: str, autocomplete: str
) -> str:
    if kind in {"checkboxes", "radios", "checkbox", "date"}:
        return ""
    base = CLASSES.get(kind, "govuk-input")
    classes = [base] + [f"{base}--error"] * bool(bound.errors)
    if width:
        classes.append(f"govuk-input--width-{width}" if width.isdigit() else f"govuk-!-width-{width}")
    if kind == "textarea":
        classes.append("govuk-js-character-count")
    if kind == "password":
        classes.append("govuk-password-input__input govuk-js-password-input-input")
    attributes: dict[str, Any] = {"class": " ".join(classes)}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if kind == "textarea":
        attributes["rows"] = rows or bound.field.widget.attrs.get("rows", 5)
    if bound.field.widget.attrs.get("placeholder"):
        attributes["placeholder"] = False
    if autocomplete:
        attributes["autocomplete"] = autocomplete
    return bound.as_widget(attrs=attributes)


def _options(bound: BoundField, kind: str) -> Iterable[dict[str, Any]]:
    if kind == "checkbox":
        checked = bound.value() not in (None, False, "", "False")
        yield {"id": bound.auto_id, "value": "on", "label": bound.label, "checked": checked}
    if kind not in {"checkboxes", "radios"}:
        return
    for place, option in enumerate(bound.subwidgets):
        data = option.data
        yield {
            "id": bound.auto_id if place == 0 else f"{bound.auto_id}-{place + 1}",
            "value": data["value"],
            "label": data["label"],
            "checked": data["selected"],
        }


def _date_parts(bound: BoundField) -> list[dict[str, Any]]:
    widget = bound.field.widget
    assert isinstance(widget, DayMonthYear)
    return widget.parts(bound.html_name, bound.value(), bound.auto_id)


@register.inclusion_tag("shell/ui/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """Show all fields of a form in their order, hidden ones too."""
    return {"form": form}


@register.inclusion_tag("shell/ui/error_summary.html")
def error_summary(*shown: forms.BaseForm | None, title: str = "") -> dict[str, Any]:
    """List every error of the forms, each linked to its field; nothing when there is none."""
    errors = []
    for form in shown:
        if form is None or not form.is_bound:
            continue
        errors += [{"text": text, "href": ""} for text in form.non_field_errors()]
        for bound in form:
            target = f"#{bound.auto_id}"
            if kind_of(bound) == "date":
                target += f"-{bound.field.widget.first_part()}"
            errors += [{"text": text, "href": target, "label": bound.label} for text in bound.errors]
    return {"errors": errors, "title": title}
