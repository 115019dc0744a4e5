"""Reads the forms of a page and fills them in, with a number of something hidden where a form takes a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

#: How a field is called that takes the number of a case, a report, a person or a thing of theirs.
TAKES_A_NUMBER = re.compile(
    r"(^|_)(number|numbers|case|cases|report|reports|person|persons|people|guardian|record|referral|consent|basis"
    r"|into|which|same|file|request|news|shown|plan|goal|letter|id)$"
)
#: What a browser fills in by itself, and buttons, by name and by type.
_NOT_TYPED = {"csrfmiddlewaretoken"}
_NO_WORDS = {"submit", "button", "reset", "file", "image"}
#: By the last part of its name, a day that comes after the mechanism's own.
_DAY = {"year": "2010", "month": "6", "day": "1"}


@dataclass
class Form:
    """A form that is posted: where to, and its fields by name, each with a value that could be sent."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    def numbered(self, every: bool) -> list[str]:
        """The fields that take a number; every: all of them, whatever they are called."""
        return [name for name in self.fields if every or TAKES_A_NUMBER.search(name)]


class _Forms(HTMLParser):
    """The posted forms of a page, filled in as somebody would who gives the first answer to every question."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "form":
            posted = told.get("method", "get").lower() == "post"
            self._open = Form(told.get("action", "")) if posted else None
            if self._open is not None:
                self.found.append(self._open)
        elif self._open is None:
            return
        elif tag == "select":
            self._select = name
            self._open.fields.setdefault(name, "")
        elif tag == "option" and self._select and not self._open.fields[self._select]:
            self._open.fields[self._select] = value
        elif tag == "textarea" and name:
            self._open.fields.setdefault(name, "A word.")
        elif tag == "input" and name not in ("", *_NOT_TYPED) and told.get("type") not in _NO_WORDS:
            self._open.fields.setdefault(name, value or _DAY.get(name.rpartition("-")[2], "A word."))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._open = None


def typed(
    page: str, address: str, numbers: Callable[[str], Iterable[str]], *, every: bool = False
) -> Iterator[tuple[str, str, str]]:
    """What to post where (address, field with its number, body): each form of the page once for each number in each of
    its fields that takes one, the others filled in. numbers: those to type into a field of that name."""
    read = _Forms()
    read.feed(page)
    for form in read.found:
        for name in form.numbered(every):
            for number in numbers(name):
                body = urlencode({**form.fields, name: number})
                yield form.action or urlsplit(address).path, f"{name}={number}", body


__all__ = ["Form", "typed"]
