"""Officers upload a table, read the verdict before any number, and others see no small count."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.builders import World, build_world
from tests.mechanism.figures.world import CSV, PARTED, QUICK, ask, table
from tests.record import the_record

from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.figures import acts
from concerted.mechanism.figures.models import EstimationRun
from concerted.methods.prevalence import PanelOptions, agreement_panel

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def statistician(world: World) -> Officer:
    return world.officer_for(world.ministry, Post.Function.STATISTICIAN)


def _client(officer: Officer, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(officer, backend=BACKEND)
    return client


def _upload(client: Client, content: str, **changes: Any) -> Any:
    file = SimpleUploadedFile("table.csv", content.encode())
    given = {
        "title": "Three lists",
        "file": file,
        "origin": "uploaded",
        "place": "000000",
        "methods": ["stepwise", "chao"],
        "threshold": "0.02",
        "bootstrap": "50",
        "search_bootstrap": "10",
        "seed": "4",
        "pooling": "both",
        "within": "stepwise",
    }
    return client.post("/estimates/new/", given | changes)


def _done(world: World, officer: Officer, **changes: Any) -> EstimationRun:
    run = ask(world, officer, **changes)
    acts.begin(run_id=run.pk, at=world.at, real=world.at)
    acts.finish(run_id=run.pk, at=world.at, result=agreement_panel(table(), QUICK).to_json())
    return run


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_uploaded_table_waits_to_be_computed(world: World, statistician: Officer) -> None:
    answer = _upload(_client(statistician), CSV)
    with world.seen_by(statistician):
        run = EstimationRun.objects.get()
    assert answer["Location"] == f"/estimates/{run.pk}/"
    assert (run.state, run.table, run.seed, run.options["bootstrap"]) == ("queued", table(), 4, 50)
    page = _text(_client(statistician).get(answer["Location"]))
    assert "Waiting" in page and "It is next." in page and "Cancel the run" in page


def test_a_faulty_table_is_told_by_its_rows_in_the_officers_language(
    world: World, statistician: Officer
) -> None:
    bad = "a,b,count\n1,0,5\n0,2,3\n0,1,-4\n"
    answer = _upload(_client(statistician), bad)
    assert answer.status_code == 400
    assert "Row 2, b:" in _text(answer) and "Row 3, count:" in _text(answer)
    assert "第 2 行" in _text(_upload(_client(statistician, "zh-hans"), bad))
    with world.seen_by(statistician):
        assert not EstimationRun.objects.exists()


def test_the_verdict_stands_before_any_number(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    page = _text(_client(statistician).get(f"/estimates/{run.pk}/"))
    assert (
        page.index('id="verdict"') < page.index("What each method says") < page.index("Who is on which lists")
    )
    for heading in ("The threshold path", "One list left out", "What nobody can test", "What was assumed"):
        assert heading in page
    assert run.data_hash in page
    chinese = _text(_client(statistician, "zh-hans").get(f"/estimates/{run.pk}/"))
    assert "结论" in chinese and "阈值路径" in chinese


def test_another_agency_reads_a_shared_run_without_its_small_counts(
    world: World, statistician: Officer
) -> None:
    run = _done(world, statistician)
    outsider = _client(world.officer_for(world.other_ministry, Post.Function.FOCAL_POINT))
    assert outsider.get(f"/estimates/{run.pk}/").status_code == 404
    _client(statistician).post(f"/estimates/{run.pk}/share/", {"share": "yes"})
    page = _text(outsider.get(f"/estimates/{run.pk}/"))
    assert "Counts below 5 are hidden" in page and ">hidden</td>" in page
    assert "Repeat exactly" not in page and "Stop sharing" not in page
    assert outsider.get(f"/estimates/{run.pk}/export/table/").status_code == 404
    assert outsider.get(f"/estimates/{run.pk}/export/csv/").status_code == 200


@pytest.mark.parametrize(
    ("form", "begins"), [("html", b"<!doctype html>"), ("pdf", b"%PDF"), ("png", b"\x89PNG"), ("csv", b"")]
)
def test_a_result_leaves_as_a_file_and_that_is_recorded(
    world: World, statistician: Officer, form: str, begins: bytes
) -> None:
    run = _done(world, statistician)
    answer = _client(statistician).get(f"/estimates/{run.pk}/export/{form}/")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"] == f'attachment; filename="estimate-{run.pk}.{form}"'
    looked = the_record().get(act="figures.run_to_take_away")
    assert (looked.subject_id, looked.detail["form"]) == (run.pk, form)


def test_no_file_shows_a_small_count_but_the_agencys_own_table(world: World, statistician: Officer) -> None:
    run = _done(world, statistician)
    client = _client(statistician)
    assert "Counts below 5 are hidden" in _text(client.get(f"/estimates/{run.pk}/export/html/"))
    assert "1,1,1,3" in _text(client.get(f"/estimates/{run.pk}/export/table/"))


def test_two_runs_of_one_table_stand_beside_each_other(world: World, statistician: Officer) -> None:
    first, second = _done(world, statistician), _done(world, statistician)
    page = _text(_client(statistician).get(f"/estimates/compare/?first={first.pk}&second={second.pk}"))
    assert "Both runs have the same table." in page
    assert "Every number is the same." in page
    assert "100%" in page


def test_what_was_reported_stands_beside_what_was_estimated_and_is_not_added_up(
    world: World, statistician: Officer
) -> None:
    run = _done(world, statistician, year=2007, title="Lists of 2007")
    page = _text(_client(statistician).get("/estimates/reported/"))
    row = page[page.index(">2007</th>") :]
    assert "estimated trafficking victims per year, high" in row and "20,000" in row
    assert f"/estimates/{run.pk}/" in row
    told = _client(statistician).get("/estimates/reported/?format=csv")
    assert told.status_code == 200 and "Lists of 2007" in _text(told)


def test_a_failed_run_says_why_and_what_to_do(world: World, statistician: Officer) -> None:
    from concerted.errors import ConcertedError
    from concerted.methods.prevalence import Said

    run = ask(world, statistician)
    fault = ConcertedError(Said("It broke.", "出错了。"), remedy=Said("Repeat it.", "请重复。"))
    acts.fail(run_id=run.pk, at=world.at, error=fault)
    assert "It broke." in _text(_client(statistician).get(f"/estimates/{run.pk}/"))
    assert "请重复。" in _text(_client(statistician, "zh-hans").get(f"/estimates/{run.pk}/"))


def test_the_progress_fragment_asks_the_page_to_read_itself_anew_at_the_end(
    world: World, statistician: Officer
) -> None:
    run = ask(world, statistician)
    client = _client(statistician)
    assert "HX-Refresh" not in client.get(f"/estimates/{run.pk}/progress/")
    client.post(f"/estimates/{run.pk}/cancel/")
    assert client.get(f"/estimates/{run.pk}/progress/")["HX-Refresh"] == "true"


def test_a_table_by_strata_with_stated_linkage_errors_is_asked_on_the_page(
    world: World, statistician: Officer
) -> None:
    asked = {"strata": "Sex", "pooling": "both", "within": "chapman", "missed": "10", "draws": "5"}
    client = _client(statistician)
    answer = _upload(client, PARTED, **asked)
    with world.seen_by(statistician):
        run = EstimationRun.objects.get()
    assert answer["Location"] == f"/estimates/{run.pk}/"
    assert run.strata_by == ["Sex"] and run.options["linkage"]["missed"] == 0.1
    acts.begin(run_id=run.pk, at=world.at, real=world.at)
    options = PanelOptions.from_json(run.options | {"methods": ["chapman"]})
    result = agreement_panel(run.table, options, strata=run.strata_tables).to_json()
    acts.finish(run_id=run.pk, at=world.at, result=result)
    page = _text(client.get(answer["Location"]))
    assert "By strata" in page and "Partly pooled" in page and "If records were joined wrongly" in page
    assert "x,1,0,3" in _text(client.get(f"/estimates/{run.pk}/export/table/"))
    assert ">hidden</td>" in _text(client.get(f"/estimates/{run.pk}/export/html/"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"strata": "age"}, "There is no column"),
        ({"missed": "100"}, "Matches missed"),
        ({"linkage": b"{}"}, "No error in joining records was stated"),
        ({"linkage": b"nothing"}, "not JSON"),
    ],
)
def test_strata_and_linkage_that_cannot_be_are_told_on_the_page(
    world: World, statistician: Officer, changes: dict[str, Any], said: str
) -> None:
    asked = {"strata": "sex"} | changes
    if "linkage" in asked:
        asked["linkage"] = SimpleUploadedFile("links.json", asked["linkage"])
    answer = _upload(_client(statistician), PARTED, **asked)
    assert answer.status_code == 400 and said in _text(answer)
    with world.seen_by(statistician):
        assert not EstimationRun.objects.exists()
