"""One estimate in a real browser: from a table on disk, through a real worker, to a verdict that is shared."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.builders import PASSWORD, World, build_world

from concerted.foundation.agencies.models import Officer, Post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = "police,shelters,hotline,count\n1,0,0,120\n0,1,0,90\n0,0,1,60\n1,1,0,14\n1,0,1,9\n0,1,1,7\n1,1,1,3\n"


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


def _work_off_the_queue(database_name: str) -> None:
    """Let a worker of the installation's own kind do what waits, and end."""
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot", "--queues", "figures"]
    done = subprocess.run(
        command,
        env={**os.environ, "CONCERTED_DATABASE_NAME": database_name},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_a_table_becomes_a_verdict_that_is_shared_and_repeated(
    world: World,
    sign_in: Callable[[Officer, str], Page],
    keep_pictures: Callable[[Page, str], None],
    database_name: str,
    tmp_path: Path,
) -> None:
    statistician = world.new_officer(world.ministry, Post.Function.STATISTICIAN, password=PASSWORD)
    reader = world.new_officer(world.other_ministry, Post.Function.OBSERVER, password=PASSWORD)
    file = tmp_path / "lists.csv"
    file.write_text(TABLE.replace("1,0,0,120", "1,0,0,-120"), encoding="utf-8")

    desk = sign_in(statistician, "/estimates/new/")
    desk.get_by_label("Name of this run").fill("Lists of 2009")
    desk.get_by_label("Year the table is about").fill("2009")
    desk.get_by_label("Capture table (CSV)").set_input_files(file)
    desk.get_by_text("Methods, resamples and seed").click()
    for name in ("Best model by BIC", "Best model by AIC", "Latent classes", "Bayesian thresholding"):
        desk.get_by_label(name).uncheck()
    desk.get_by_label("Resamples of the stepwise method").fill("100")
    desk.get_by_role("button", name="Ask every method").click()
    expect(desk.get_by_role("alert").first).to_contain_text("Row 1, count")
    keep_pictures(desk, "estimate-fault")

    file.write_text(TABLE, encoding="utf-8")
    desk.get_by_label("Capture table (CSV)").set_input_files(file)
    desk.get_by_role("button", name="Ask every method").click()
    expect(desk.locator("#progress")).to_contain_text("Waiting")
    _work_off_the_queue(database_name)
    expect(desk.get_by_role("heading", name="Verdict")).to_be_visible(timeout=20_000)
    expect(desk.locator(".e-verdict")).to_contain_text("people in all")
    expect(desk.get_by_role("img", name="Who is on which lists")).to_be_visible()
    keep_pictures(desk, "estimate")

    desk.once("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="Share with all members").click()
    expect(desk.locator("main")).to_contain_text("Every member of the mechanism can read")
    address = desk.url.partition("/estimates/")[2]

    other = sign_in(reader, "/estimates/")
    other.get_by_role("link", name="Lists of 2009").click()
    expect(other.locator("main")).to_contain_text("Counts below 5 are hidden")

    desk.get_by_role("button", name="Repeat exactly").click()
    expect(desk.locator("#progress")).to_contain_text("Waiting")
    _work_off_the_queue(database_name)
    expect(desk.locator("main")).to_contain_text("The same numbers, to the last digit", timeout=20_000)
    assert desk.url.partition("/estimates/")[2] != address
