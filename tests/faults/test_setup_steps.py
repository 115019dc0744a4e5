"""A set-up step that was broken off is taken again; one that finished is not."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from concerted.config import assets, messages, steps
from concerted.config.places import ROOT
from concerted.errors import Unready


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "STAMPS", tmp_path)
    return tmp_path


def step_that(do: Callable[[], None], state: str = "first") -> steps.Step:
    return steps.Step("trial", "Trying", lambda: state, do)


def test_a_step_that_finished_is_not_taken_again(stamps: Path) -> None:
    taken: list[int] = []
    for _ in range(2):
        steps.take([step_that(lambda: taken.append(1))], tell=lambda _: None)
    assert taken == [1]


def test_a_step_is_taken_again_when_what_it_depends_on_changes(stamps: Path) -> None:
    taken: list[str] = []
    for state in ("first", "second"):
        steps.take([step_that(lambda state=state: taken.append(state), state)], tell=lambda _: None)
    assert taken == ["first", "second"]


def test_a_step_that_broke_off_is_taken_again(stamps: Path) -> None:
    taken: list[str] = []

    def break_off() -> None:
        taken.append("broke off")
        raise Unready("no")

    with pytest.raises(Unready):
        steps.take([step_that(break_off)], tell=lambda _: None)
    steps.take([step_that(lambda: taken.append("finished"))], tell=lambda _: None)
    assert taken == ["broke off", "finished"]


def test_a_half_written_mark_counts_as_none(stamps: Path) -> None:
    (stamps / "trial.json").write_text('{"sta')
    assert not steps.is_done(step_that(lambda: None))


def test_a_translation_is_compiled_once_and_again_when_it_changes(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n\nmsgid "plan"\nmsgstr "计划"\n'
    )
    assert [messages.compile_messages(tmp_path), messages.compile_messages(tmp_path)] == [1, 0]
    assert "计划".encode() in (folder / "django.mo").read_bytes()


def test_a_translation_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_bytes(b'msgid "plan"\nmsgstr "\xff\xfe"\n')
    with pytest.raises(Unready) as told:
        messages.compile_messages(tmp_path)
    assert told.value.where == str(folder / "django.po")


def test_nothing_reserved_for_another_government_is_served(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    assets.prepare(vendor=vendor)
    assert list(assets.reserved_things(vendor)) == []
    assert "PingFang SC" in (vendor / "govuk-frontend.min.css").read_text()


def test_a_reserved_emblem_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("a{background:url(/assets/images/govuk-crest.svg)}")
    (tmp_path / "logotype-crown.png").write_bytes(b"")
    assert list(assets.reserved_things(tmp_path)) == [
        "logotype-crown.png is served",
        "page.css uses url(/assets/images/govuk-crest.svg)",
    ]


def test_every_picture_a_stylesheet_names_is_served(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    assets.prepare(vendor=vendor)
    css = vendor / "moj-frontend.min.css"
    named = {part.split(")")[0] for part in css.read_text().split("url(")[1:]}
    assert named and all((css.parent / name).exists() for name in named)


def test_no_file_of_the_set_up_names_a_registry() -> None:
    kept = [
        *(ROOT / "requirements").glob("*"),
        ROOT / "package.json",
        ROOT / "package-lock.json",
        ROOT / "pyproject.toml",
    ]
    assert [path.name for path in kept if "://" in path.read_text()] == []


def test_the_environments_maker_runs_on_a_bare_python() -> None:
    program = (
        "import sys; sys.argv=['x','run','--help']; import runpy; runpy.run_path(sys.argv.pop(0) and PATH)"
    )
    path = ROOT / "src" / "concerted" / "config" / "environment.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program.replace("PATH", repr(str(path)))],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
