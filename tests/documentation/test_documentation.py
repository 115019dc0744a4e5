"""What the documentation says is there: links lead somewhere, tables are those the code reads."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(page for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_to_a_file_that_is_there(page: Path) -> None:
    asked = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in asked if not (page.parent / link).exists()] == []


def test_the_page_of_states_and_permissions_tells_what_the_code_reads() -> None:
    """Asked in a process of its own, for other tests register kinds of obligation that no installation has."""
    asked = [sys.executable, str(ROOT / "docs" / "tables.py"), "--check"]
    assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0, "run docs/tables.py"


NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PROMISES = ROOT / "docs" / "explanation" / "threat-model.md"


def test_every_promise_of_the_threat_model_names_a_test_that_is_there() -> None:
    """A table row without a test, a renamed test, or a removed file is a promise that nothing holds."""
    told = PROMISES.read_text(encoding="utf-8").split("## Promises")[1].split("## What is not promised")[0]
    rows = [line for line in told.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    named = [NAMED_TEST.findall(row) for row in rows]
    assert [row for row, tests in zip(rows, named, strict=True) if not tests] == []
    missing = [
        f"{file}::{name}"
        for tests in named
        for file, name in tests
        if not (ROOT / file).exists() or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []
