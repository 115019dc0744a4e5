"""The frame of every page: landmarks, no inline script or style, and error pages that say what to do."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

import concerted.interfaces.pages.shell as shell
from concerted.errors import Invalid, Problem

pytestmark = pytest.mark.django_db

SHELL = Path(shell.__file__).parent
OFFICER = SimpleNamespace(name="Officer A", post="Division head", agency="Ministry B", appointments=[])


@pytest.fixture(autouse=True)
def _assets_by_their_plain_names(settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def page(name: str, **context: object) -> str:
    request = RequestFactory().get("/somewhere/")
    return render_to_string(name, context, request)


@pytest.fixture
def frame() -> str:
    return page(
        "shell/base.html",
        officer=OFFICER,
        navigation=[{"label": "Plan", "href": "/plans/", "current": True}],
        demonstration={"today": date(2011, 7, 18)},
    )


def test_the_frame_has_its_landmarks(frame: str) -> None:
    assert 'href="#main"' in frame
    assert frame.count("<main") == 1
    assert "<footer" in frame
    assert 'aria-current="page"' in frame


def test_demonstration_is_said_on_every_page_with_the_day_of_its_clock(frame: str) -> None:
    assert "All figures are invented." in frame
    assert "Today is Monday 18 July 2011." in frame


def test_the_officer_sees_in_which_post_they_act(frame: str) -> None:
    assert "Officer A" in frame
    assert "Division head" in frame
    assert "Ministry B" in frame


def test_no_template_of_the_shell_holds_inline_script_or_style() -> None:
    for path in sorted((SHELL / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", text), path.name
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), path.name


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 500, 503])
def test_an_error_page_says_what_happened_and_what_to_do(status: int) -> None:
    shown = page(f"{status}.html")
    assert "What to do:" in shown
    assert f"Code {status}" in shown
    assert shown.count("<h1") == 1


def test_a_told_error_shows_its_own_words_row_and_field() -> None:
    error = Invalid(
        gettext_lazy("Overdue"),
        where="plan.xlsx",
        problems=[Problem("no such agency", field="lead", row=14, remedy="use a code of the list")],
    )
    shown = page("shell/error.html", error=error, status=400)
    for words in ("plan.xlsx", "no such agency", "lead", "14", "use a code of the list"):
        assert words in shown


def test_an_error_page_stands_even_when_the_database_refuses_every_question() -> None:
    from django.db import connection

    connection.set_rollback(True)
    try:
        html = page("shell/error.html", error=Invalid("The database is away."), status=503)
    finally:
        connection.set_rollback(False)
    assert "The database is away." in html
