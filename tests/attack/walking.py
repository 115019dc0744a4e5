"""Walks every address of the site and every operation of the API as one officer and keeps what was answered."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.attack.pairs import Hidden, Pair
from tests.attack.samples import OWN, SAMPLES, Sample
from tests.attack.test_matrix import Route, own_routes
from tests.attack.typed import typed
from tests.attack.whole import Whole

from concerted.foundation.access.policy import holds
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.numbers import readable
from concerted.interfaces.api.api import api
from concerted.interfaces.pages.route import PAGES, PUBLIC

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: What differs between two askings of the very same thing: forgery tokens, the session's secret, keys drawn for what
#: is yet to be written, names without order of rows of the record, real clocks.
_CHANGING = [
    (re.compile(rb"(?=[a-z0-9]*[A-Z])\b[A-Za-z0-9]{64}\b"), b"(forgery token)"),
    (re.compile(rb'(data-draft-secret=")[^"]+'), rb"\1"),
    (re.compile(rb"\b[0-9a-f]{32}\b"), b"(key of a note not yet written)"),
    (re.compile(rb"(cursor=)[a-z2-7]{26}\b"), rb"\1"),
    (re.compile(rb"((?:issued_at|expires_at): )[^<]+"), rb"\1"),
    (re.compile(rb'("id": ")[a-z2-7]{26}"'), rb"\1"),
    (
        re.compile(
            rb'("(?:recorded_at|created_at|last_used_at|sealed_at|last_sealed_at|issued_at|expires_at)": ")[^"]+'
        ),
        rb"\1",
    ),
]
_CURSOR = re.compile(rb'"next": "([A-Za-z0-9_=-]+)"')
_SAVEPOINT = re.compile(r'"s\d+_x\d+"')


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers and body without what changes of itself; and the statements it took.

    statements: hash of the text and the number of rows of each, in order.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: tuple[tuple[str, int], ...]


@dataclass
class Watch:
    """Every statement that was sent to the database and how many rows came back."""

    seen: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        done = execute(sql, params, many, context)
        self.seen.append((_SAVEPOINT.sub("", sql), context["cursor"].rowcount))
        return done


@contextmanager
def watched() -> Iterator[Watch]:
    """Every statement of Django's connection from here on."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


def _answered(answer: Any, content: bytes, watch: Watch) -> Answer:
    return Answer(
        answer.status_code,
        tuple(sorted((k, v) for k, v in answer.headers.items() if k not in _changing_headers(content))),
        _plain(content),
        tuple((hashlib.sha256(sql.encode()).hexdigest()[:12], rows) for sql, rows in watch.seen),
    )


class _Page(HTMLParser):
    """The links of a page that lead to a file of it, and its forms that search."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.asked: list[tuple[str, list[str]]] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "format=" in found.get("href", ""):
            self.files.append(found["href"])
        if tag == "form":
            self._within = found.get("method", "get").lower() == "get"
            if self._within:
                self.asked.append((found.get("action", ""), []))
        if tag == "input" and self._within and found.get("type", "text") in ("text", "search"):
            self.asked[-1][1].append(found.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = False


@dataclass
class Walk:
    """One officer's way through one world; `answers` by what was asked."""

    client: Client
    words: tuple[str, ...]
    forms: tuple[str, ...] = ("csv",)
    guesses: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    def ask(self, address: str, *, method: str = "GET", body: str = "", further: bool = False) -> Any:
        """Ask once and keep the answer; further: also every file and every search that a page offers."""
        with watched() as watch:
            answer = self.client.generic(
                method, address, body, content_type="application/json", headers=self.headers
            )
            content = answer.getvalue()
        self.answers[f"{method} {address}"] = _answered(answer, content, watch)
        if further and answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            for onward in self._onward(address, content.decode()):
                if f"GET {onward}" not in self.answers:
                    self.ask(onward)
        return answer

    def type_into(self, address: str, hidden: Hidden, every: bool) -> None:
        """Post each form of the page with hidden numbers and with some made up; nothing that comes of it is kept."""
        page = self.client.get(address)
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
            return
        for number, (action, what, body) in enumerate(
            typed(page.content.decode(), address, partial(_numbers_for, hidden=hidden), every=every)
        ):
            with transaction.atomic(), watched() as watch:
                answer = self.client.post(action, body, content_type="application/x-www-form-urlencoded")
                content = answer.getvalue()
                transaction.set_rollback(True)
            self.answers[f"POST {action} {number} {what}"] = _answered(answer, content, watch)

    def _onward(self, address: str, page: str) -> Iterator[str]:
        parsed = _Page()
        parsed.feed(page)
        here = urlsplit(address).path
        for link in parsed.files:
            if link.rpartition("format=")[2].partition("&")[0] in self.forms:
                yield link if link.startswith("/") else here + link
        for action, names in parsed.asked:
            fields = [name for name in names if name]
            if fields:
                yield f"{action or here}?{urlencode(dict.fromkeys(fields, self.words[0]))}"


def walk_pages(pair: Pair, asker: str, *, forms: tuple[str, ...] = ("csv",)) -> dict[str, Answer]:
    """Every page that is open to the asker's post, of what exists in both worlds and of what is hidden.

    forms: the kinds of files that are taken where a page offers them.
    """
    officer = pair.askers[asker]
    walk = Walk(page_client(officer), pair.hidden.numbers, forms)
    for route in _open_to(officer):
        for address in _addresses(route, pair.whole):
            walk.ask(address, further=True)
        for address in set(_addresses(route, pair.hidden.whole)) - set(_addresses(route, pair.whole)):
            walk.ask(address)
            walk.ask(address, method="POST")
    return walk.answers


#: Further pages of the same things that hold a form which takes a number: the query, or another step in the address.
_FURTHER_FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    **dict.fromkeys(
        ("cases:take_consent", "cases:disclose", "cases:refer", "cases:offer_lead", "cases:object_to"),
        ("?to=ca-yunnan-station", {}),
    ),
    "cases:decide_report": ("", {"act": "merge"}),
}
_MADE_UP = {"C": "C-2345-6789-ABCD", "R": "R-2345-6789-ABCD", "P": "P-2345-6789-ABCD", "": "3141592653589793"}


def walk_forms(pair: Pair, asker: str, *, every: bool = False) -> dict[str, Answer]:
    """Every form on the pages of case work that are open to the asker's post, of what exists in both worlds, posted
    with the number of something hidden and with one made up in each field that takes one; what a form would change is
    taken back. every: in each of their fields, but on the public pages, which take a few only from one place."""
    officer = pair.askers[asker]
    walk = Walk(page_client(officer), ())
    for route in _open_to(officer):
        if not route.name.startswith("cases:" if every else ("cases:", "tell:")):
            continue
        addresses = _addresses(route, pair.whole)
        if route.name in _FURTHER_FORMS:
            query, other = _FURTHER_FORMS[route.name]
            given = {**_sample(route, pair.whole).arguments, **other}
            addresses.append(reverse(route.name, kwargs=given) + query)
        for address in addresses:
            walk.type_into(address, pair.hidden, every)
    return walk.answers


def _numbers_for(field: str, hidden: Hidden) -> tuple[str, ...]:
    """What is typed into a field of that name: a hidden number as it is said, its key, and some made up."""
    work = hidden.whole.case_work
    if re.search(r"person|people|guardian|record|same|which", field):
        return readable(work.person, "P"), str(work.person), _MADE_UP["P"], _MADE_UP[""]
    if re.search(r"report|into", field):
        return hidden.report, str(work.report), _MADE_UP["R"], _MADE_UP[""]
    return hidden.numbers[0], str(work.case), _MADE_UP["C"], _MADE_UP[""]


def walk_guesses(pair: Pair, asker: str) -> dict[str, Answer]:
    """Every page with a number in its address, asked for every hidden number."""
    officer = pair.askers[asker]
    walk = Walk(page_client(officer), ())
    for route in _open_to(officer):
        if not isinstance(route.arguments.get("pk"), int):
            continue
        given = (
            dict(_sample(route, pair.hidden.whole).arguments) if route.name in SAMPLES else route.arguments
        )
        for number in pair.hidden.ids:
            walk.ask(reverse(route.name, kwargs={**given, "pk": number}))
    return walk.answers


def walk_api(pair: Pair, asker: str) -> dict[str, Answer]:
    """Every operation: lists first, then what the lists name and what is hidden, then what changes something hidden."""
    walk = Walk(Client(raise_request_exception=False), pair.hidden.numbers)
    walk.headers = {"Authorization": f"Bearer {pair.keys[asker]}"}
    walk.guesses = (pair.hidden.numbers[0], *map(str, _guessed(pair.hidden)))
    paths = api.get_openapi_schema()["paths"]
    known: dict[str, list[str]] = {}
    for path in sorted(paths, key=lambda path: path.count("{")):
        if "get" in paths[path]:
            _read(walk, path, paths[path]["get"], known)
    for path in sorted(paths):
        for method in sorted(set(paths[path]) - {"get"}):
            if "{" in path:
                _change(walk, path, method, pair.hidden)
    return walk.answers


def walk_without_a_key(pair: Pair) -> dict[str, Answer]:
    """Every operation of the API as somebody calls it who has no key; what needs none is asked with words too."""
    walk = Walk(Client(raise_request_exception=False), pair.hidden.numbers)
    for path, methods in sorted(api.get_openapi_schema()["paths"].items()):
        for method, described in sorted(methods.items()):
            for number in _guessed(pair.hidden):
                walk.headers = {"Idempotency-Key": f"walk-{len(walk.answers):06d}"}
                address = re.sub(r"{\w+}", str(number), path)
                walk.ask(address, method=method.upper(), body="{}")
            if not described.get("security"):
                for number in pair.hidden.numbers:
                    walk.ask(f"{path}?{number}", method=method.upper(), body=json.dumps({"code": number}))
    return walk.answers


def _read(walk: Walk, path: str, described: Mapping[str, Any], known: dict[str, list[str]]) -> None:
    asked = _searching(described, walk.words)
    for address in _filled(path, known, walk.guesses):
        answer = walk.ask(address + asked)
        if asked:
            answer = walk.ask(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("application/json"):
            collection = address.rstrip("/").rpartition("/")[2]
            known.setdefault(collection, []).extend(_named(answer.json()))


def _searching(described: Mapping[str, Any], words: tuple[str, ...]) -> str:
    """A query that puts a hidden number into every free text that the operation takes."""
    free = [
        each["name"]
        for each in described.get("parameters", ())
        if each["in"] == "query" and each["name"] in ("q", "search", "text", "name", "number")
    ]
    return "?" + urlencode(dict.fromkeys(free, words[0])) if free else ""


def _guessed(hidden: Hidden) -> tuple[int, ...]:
    """Numbers of a hidden case, of its referral and of what is owed on it."""
    work = hidden.whole.case_work
    return work.case, work.referral, work.owed


def _filled(path: str, known: Mapping[str, list[str]], guesses: tuple[str, ...]) -> Iterator[str]:
    """The path with what lists named and what is hidden in the place of each parameter."""
    parameters = re.findall(r"{(\w+)}", path)
    if not parameters:
        yield path
        return
    first = "{" + parameters[0] + "}"
    collection = path.partition(first)[0].rstrip("/").rpartition("/")[2]
    for value in [*known.get(collection, [])[:2], *guesses]:
        yield from _filled(path.replace(first, value, 1), known, guesses)


def _change(walk: Walk, path: str, method: str, hidden: Hidden) -> None:
    for number in _guessed(hidden):
        address = re.sub(r"{\w+}", str(number), path)
        walk.headers |= {"If-Match": '"1"', "Idempotency-Key": f"walk-{len(walk.answers):06d}"}
        walk.ask(address, method=method.upper(), body="{}")
    for name in ("If-Match", "Idempotency-Key"):
        walk.headers.pop(name, None)


def _named(told: Any) -> list[str]:
    items = told.get("items", []) if isinstance(told, dict) else told
    return [
        str(next(item[name] for name in ("key", "code", "id", "number") if name in item))
        for item in items
        if isinstance(item, dict) and {"key", "code", "id", "number"} & set(item)
    ]


def page_client(officer: Officer | None) -> Client:
    """Signed in, with a session that no passing minute makes the site write again."""
    client = Client(raise_request_exception=False)
    if officer is not None:
        client.force_login(officer, backend=BACKEND)
        session = client.session
        assert officer.acting is not None
        session["appointment"] = officer.acting.pk
        session["began"] = session["seen"] = timezone.now().timestamp() + 3600
        session.save()
    return client


def _open_to(officer: Officer | None) -> Iterable[Route]:
    for route in own_routes():
        permission = PAGES.get(route.view)
        if route.view in PUBLIC or (
            officer is not None and (permission is None or holds(officer, permission))
        ):
            yield route


def _sample(route: Route, whole: Whole) -> Sample:
    return SAMPLES[route.name](whole)


def _addresses(route: Route, whole: Whole) -> list[str]:
    if not route.arguments or route.name in OWN:
        return [reverse(route.name, kwargs=route.arguments)]
    if route.name in SAMPLES:
        return [reverse(route.name, kwargs=dict(_sample(route, whole).arguments))]
    return [reverse(route.name, kwargs=route.arguments)]


def _changing_headers(content: bytes) -> set[str]:
    """Cookies carry random words; a packed file holds the moment it was packed, and packs longer or shorter by it."""
    return {"Set-Cookie", "Content-Length"} if content[:2] == b"PK" else {"Set-Cookie"}


def _plain(content: bytes) -> bytes:
    """The body without what changes of itself; of a packed file, what its parts say."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist() if name != "docProps/core.xml"}
        content = b"\n".join(name.encode() + b"\n" + parts[name] for name in sorted(parts))
    for changing, kept in _CHANGING:
        content = changing.sub(kept, content)
    return _CURSOR.sub(_without_name, content)


def _without_name(cursor: re.Match[bytes]) -> bytes:
    """A cursor that holds the name of a row of the record says no more than that there is a next page."""
    told = base64.urlsafe_b64decode(cursor[1])
    return b'"next": "(name)"' if re.fullmatch(rb'"[a-z2-7]{26}"', told) else cursor[0]


def differences(first: Mapping[str, Answer], second: Mapping[str, Answer]) -> list[str]:
    """What an asker could tell the two worlds apart by, one sentence each."""
    found = [f"{asked}: asked in one world only" for asked in sorted(set(first) ^ set(second))]
    for asked in sorted(set(first) & set(second)):
        one, other = first[asked], second[asked]
        if one.status != other.status:
            found.append(f"{asked}: {one.status} and {other.status}")
        elif one.body != other.body:
            found.append(f"{asked}: {_where(one.body, other.body)}")
        elif one.headers != other.headers:
            found.append(f"{asked}: headers {set(one.headers) ^ set(other.headers)}")
        elif one.statements != other.statements:
            found.append(f"{asked}: {_statements(one, other)}")
    return found


def _where(one: bytes, other: bytes) -> str:
    place = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    around = slice(max(0, place - 60), place + 400)
    return f"{one[around]!r} and {other[around]!r}"


def _statements(one: Answer, other: Answer) -> str:
    if len(one.statements) != len(other.statements):
        return f"{len(one.statements)} and {len(other.statements)} statements"
    pairs = zip(one.statements, other.statements, strict=True)
    apart = [(n, a, b) for n, (a, b) in enumerate(pairs) if a != b]
    return f"statements differ: {json.dumps(apart[:3])}"
