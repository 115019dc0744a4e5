"""Every text an officer can meet has its Chinese; reads source and catalogues, and runs no page."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[3] / "src" / "concerted"
Text = tuple[str, str]  # (context, msgid)

CALLS = {
    "_": 0,
    "gettext": 0,
    "gettext_lazy": 0,
    "gettext_noop": 0,
    "ngettext": 0,
    "ngettext_lazy": 0,
    "pgettext": 1,
    "pgettext_lazy": 1,
    "npgettext": 1,
    "npgettext_lazy": 1,
}
STRING = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(\s*({STRING})(?:\s*,\s*({STRING}))?")
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%?\{(\w+)\}")


def texts_of_python(path: Path) -> Iterator[Text]:
    """Yield the texts a Python file asks to have translated."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in CALLS:
            continue
        strings = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if len(strings) > CALLS[name]:
            yield (strings[0] if CALLS[name] else "", strings[CALLS[name]])


def texts_of_template(path: Path) -> Iterator[Text]:
    """Yield the texts a template asks to have translated."""
    for name, first, second in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        if "p" in name:
            yield ast.literal_eval(first), ast.literal_eval(second)
        else:
            yield "", ast.literal_eval(first)


def asked() -> Iterator[tuple[Path, Text]]:
    """Yield every text of the source tree with the file that asks for it."""
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix == ".py":
            yield from ((path, text) for text in texts_of_python(path))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield from ((path, text) for text in texts_of_template(path))


def catalogues() -> Iterator[Path]:
    """Yield the Chinese catalogue of every part."""
    yield from SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/*.po")


def part_of(catalogue: Path) -> str:
    """Return the folder whose texts the catalogue holds."""
    return catalogue.relative_to(SOURCE).as_posix().partition("/locale/")[0]


@cache
def finished(catalogue: Path) -> dict[Text, tuple[str, ...]]:
    """Return every text that the catalogue has a finished translation of."""
    found = {}
    with catalogue.open("rb") as file:
        for message in read_po(file, locale="zh_Hans"):
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            strings = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            if msgid and all(strings) and not message.fuzzy:
                found[(message.context or "", msgid)] = strings
    return found


@cache
def answered() -> frozenset[Text]:
    """Return every text with a finished Chinese translation."""
    return frozenset(text for catalogue in catalogues() for text in finished(catalogue))


def places_for_values(text: str) -> set[str]:
    """Return the names that values are put in for."""
    return {a or b for a, b in PLACEHOLDER.findall(text)}


def test_every_text_has_its_chinese() -> None:
    missing = {
        f"{path.relative_to(SOURCE)}: {context + ' | ' if context else ''}{msgid!r}"
        for path, (context, msgid) in asked()
        if msgid and (context, msgid) not in answered()
    }
    assert not missing, "no zh_Hans translation for:\n" + "\n".join(sorted(missing))


def test_the_source_was_read_at_all() -> None:
    texts = {text for _path, text in asked()}
    assert ("", "Skip to main content") in texts, "a template's text"
    assert ("", "Overdue") in texts, "a Python file's text"
    assert ("number with its denominator", "%(part)s of %(whole)s") in texts, "a text with its context"


@pytest.mark.parametrize("catalogue", sorted(catalogues()), ids=part_of)
def test_a_translation_keeps_the_places_where_values_go(catalogue: Path) -> None:
    lost = {
        f"{msgid!r} -> {string!r}"
        for (_context, msgid), strings in finished(catalogue).items()
        for string in strings
        if places_for_values(string) != places_for_values(msgid)
    }
    assert not lost, "values would be lost in:\n" + "\n".join(sorted(lost))
