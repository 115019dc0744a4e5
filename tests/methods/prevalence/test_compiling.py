"""Compiled code is kept where it can be, and estimation works where it cannot."""

from pathlib import Path

import pytest

from concerted.methods.prevalence import _compiled, _warm

NOWHERE = Path("/proc/nowhere")


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """A package folder that cannot be written, and a user's cache that can."""
    monkeypatch.setattr(_compiled, "HERE", NOWHERE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_beside_a_read_only_package_the_users_cache_is_used(elsewhere):
    assert _compiled._choose_folder() == elsewhere / "concerted" / f"compiled-{_compiled._digest()}"


def test_where_nothing_can_be_written_functions_are_compiled_and_not_kept(elsewhere, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(NOWHERE))
    assert _compiled._choose_folder() is None
    monkeypatch.setattr(_compiled, "FOLDER", None)

    @_compiled.compiled
    def twice(x: float) -> float:
        return 2 * x

    assert twice(3.5) == 7.0


def test_other_sources_have_another_place(monkeypatch, tmp_path):
    (tmp_path / "_kernel_one.py").write_text("a = 1")
    monkeypatch.setattr(_compiled, "HERE", tmp_path)
    before = _compiled._digest()
    (tmp_path / "_kernel_one.py").write_text("a = 2")
    assert _compiled._digest() != before


def test_set_up_compiles_everything_and_drops_what_older_sources_left():
    kept = _warm.compile_all()
    assert kept == str(_compiled.FOLDER or "")
    if kept:
        old = Path(kept).with_name("compiled-0000")
        old.mkdir(exist_ok=True)
        _warm.compile_all()
        assert not old.exists()
