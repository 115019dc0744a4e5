"""Every form of case work carries the key by which it acts once, and every page that acts heeds it."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from concerted.interfaces.pages.cases import public_urls, urls

TEMPLATES = Path(urls.__file__).parent / "templates" / "cases"

#: Forms without a key, of whoever does not sign in, by template and place in it, and why nothing comes of a second one.
NO_KEY = {
    "public_acknowledge.html 1": "says that a package has come; it stays so",
    "public_letter.html 1": "asks whether a letter is valid",
    "public_standing.html 1": "asks how a report stands",
}

#: Pages that act and heed no key, and why nothing comes of a second call.
NO_HEED = {
    "messages_read": "messages read stay read",
    "seen": "news read stays read",
    "all_seen": "news read stays read",
    "acknowledge": "what has come has come",
    "report": "of the public: the act itself is given the key",
}


def _forms() -> Iterator[tuple[str, str]]:
    for template in sorted(TEMPLATES.glob("*.html")):
        posted = re.findall(r'<form\b[^\n]*?method="post".*?</form>', template.read_text(), re.DOTALL)
        for number, form in enumerate(posted, start=1):
            yield f"{template.name} {number}", form


def test_every_form_of_case_work_carries_one_key() -> None:
    """An officer's with its token; the public one, which nobody signs in for, draws its own."""
    forms = dict(_forms())
    whole = "".join(each.read_text() for each in TEMPLATES.glob("*.html"))
    begun_elsewhere = {"public_report.html 1"} - set(forms)
    assert len(forms) + len(begun_elsewhere) == whole.count('method="post"')
    held = {name: form.count("{% csrf_token %}") + form.count("{% once %}") for name, form in forms.items()}
    assert {name for name, keys in held.items() if keys != 1} == set(NO_KEY)
    assert whole.count("{% once %}") == 1


def test_every_page_of_case_work_that_acts_heeds_the_key_or_is_harmless_when_sent_again() -> None:
    views = [each.callback for each in (*urls.urlpatterns, *public_urls.urlpatterns)]
    acting = {view for view in views if _acts(view)}
    assert len(acting) > 60
    assert {view.__name__ for view in acting if not _heeds(view)} == set(NO_HEED)


def _heeds(view: Callable[..., Any]) -> bool:
    called = {each.__name__ for each in _reached(view)}
    return hasattr(view, "acts_once") or bool(called & {"form_page", "refuse_changed"})


def _acts(view: Callable[..., Any]) -> bool:
    return any(
        re.search(r"^concerted\.(mechanism|foundation)\..*\.?acts\b", each.__module__)
        for each in _reached(view)
    )


def _reached(view: Callable[..., Any]) -> set[Callable[..., Any]]:
    """The functions a view calls, and those that these call as far as they belong to the pages and to exchange."""
    found: set[Callable[..., Any]] = set()
    waiting = [inspect.unwrap(view)]
    while waiting:
        function = waiting.pop()
        for called in _called(function):
            if called not in found:
                found.add(called)
                if called.__module__.startswith("concerted.interfaces."):
                    waiting.append(called)
    return found


def _called(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    known = inspect.unwrap(function).__globals__
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        value: object = None
        if isinstance(node, ast.Name):
            value = known.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            value = getattr(known.get(node.value.id), node.attr, None)
        if inspect.isfunction(value):
            yield inspect.unwrap(value)
