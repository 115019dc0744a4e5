"""What comes in from outside - files, formulas, fields nobody offered, jobs of a post that ended - does no harm."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from tests.attack.walking import BACKEND
from tests.builders import MONDAY, CaseWorld, build_case_world, build_world
from tests.foundation.vault.test_files import office, picture
from tests.interfaces.exchange.test_tables import LIVE
from tests.mechanism.cases.woman import open_case
from tests.mechanism.meetings.meeting_world import FIRST, build_meeting_world, noon

from concerted.errors import ConcertedError, Invalid
from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Post
from concerted.foundation.people.acts import record_person
from concerted.foundation.people.values import Description, Name, Statement
from concerted.foundation.vault.models import StoredFile
from concerted.interfaces.exchange.case_store import export_htcds
from concerted.interfaces.exchange.meeting_papers.asking import ask
from concerted.interfaces.exchange.meeting_papers.jobs import make_paper
from concerted.interfaces.exchange.tables import Format
from concerted.mechanism.cases.acts import files
from concerted.mechanism.cases.acts.documents import attach_file
from concerted.mechanism.cases.models import Case, CaseDocument, Report
from concerted.mechanism.meetings.models import Paper

pytestmark = pytest.mark.django_db

BOMBS = {
    "a page that calls itself a picture": (b"<html><script>alert(1)</script></html>", "photo.jpg"),
    "a program that calls itself a letter": (b"MZ\x90\0" + bytes(200), "letter.pdf"),
    "a picture of 2.5 thousand million points": (picture(50_000, 50_000), "photo.png"),
    "an archive that unpacks to thirty megabytes": (
        office(("word/media/x", bytes(30 * 1024 * 1024))),
        "a.docx",
    ),
    "a document with macros": (office(("word/vbaProject.bin", b"x")), "a.docx"),
}


@pytest.fixture
def world() -> CaseWorld:
    return build_case_world()


def _signed_in(world: CaseWorld) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.worker(world.police), backend=BACKEND)
    return client


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_or_a_forged_kind_enters_no_case(world: CaseWorld, bomb: str) -> None:
    content, name = BOMBS[bomb]
    worker, case = world.worker(world.police), open_case(world)
    with pytest.raises(Invalid):
        attach_file(
            officer=worker,
            at=MONDAY,
            case=case,
            section="legal",
            kind="letter",
            title="A letter",
            content=content,
            name=name,
        )
    with world.at_case_work(worker):
        assert not CaseDocument.objects.exists() and not StoredFile.objects.exists()


def test_no_cell_of_an_exported_case_is_a_formula(world: CaseWorld) -> None:
    worker, case = world.worker(world.police), open_case(world)
    said = [Statement(Name(live)) for live in LIVE if live.strip()][:6]
    person = record_person(
        officer=worker, at=MONDAY, statements=[*said, Statement(Description("=cmd|'/c calc'!A1"))]
    )
    on: dict[str, Any] = {"officer": worker, "at": MONDAY, "case": case}
    files.link_person(**on, person=person, role="victim")
    files.write_section(**on, section="contact", values={"number": "+86-1", "never": "@SUM(1)"})
    files.write_note(**on, text='=HYPERLINK("http://evil.example","x")')
    asked: dict[str, Any] = {"officer": worker, "at": MONDAY, "numbers": [case.number], "why": "tests"}
    table, _count = export_htcds(**asked, format=Format.XLSX)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(table)).worksheets[0].rows for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    text, _count = export_htcds(**asked, format=Format.CSV)
    fields = [field for row in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for field in row]
    assert [field for field in fields if field[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    live = [cell.value for cell in cells if str(cell.value)[:1] in ("=", "+", "-", "@")]
    assert live, "the words are there, as text"


def test_a_field_that_no_form_offers_changes_nothing(world: CaseWorld) -> None:
    """Whose report it is, which case, which state: a form that is sent with more than it shows sets none of it."""
    other, case = world.outsider, open_case(world)
    form = {"channel": "police", "urgency": "routine", "place_code": "530000", "narrative": "She called."}
    more = {
        "agency": other.pk,
        "agency_id": other.pk,
        "state": "opened",
        "case": case.pk,
        "id": 7,
        "follow_up": "x" * 64,
        "is_demonstration": "1",
        "recorded_by": 1,
        "row_version": 9,
    }
    answer = _signed_in(world).post("/cases/reports/take/", {**form, **more})
    assert answer.status_code == 302
    with world.at_case_work(world.worker(world.police)):
        made = Report.objects.get()
    assert (made.agency, made.state, made.case_id, made.follow_up) == (world.police, "received", None, None)
    assert (made.pk == 7, made.row_version) == (False, 1)


def test_a_change_made_on_an_older_version_is_refused_with_nothing_lost(world: CaseWorld) -> None:
    case, client = open_case(world), _signed_in(world)
    form = {"urgency": "urgent", "risk": "high", "age_band": "adult", "place_code": "530000"}
    assert client.post(f"/cases/{case.pk}/spine/", {**form, "row_version": 1}).status_code == 302
    answer = client.post(f"/cases/{case.pk}/spine/", {**form, "risk": "low", "row_version": 1})
    assert answer.status_code in (200, 409, 412)
    with world.at_case_work(world.worker(world.police)):
        assert Case.objects.get(pk=case.pk).risk == "high"


def test_a_job_of_an_officer_whose_post_has_ended_meanwhile_is_not_done() -> None:
    joint = build_meeting_world(build_world())
    meeting, clerk = joint.called(FIRST), joint.clerk
    asked = ask(officer=clerk, at=noon(FIRST), meeting=meeting, kind="book", language="en", form="pdf")
    appointment = clerk.acting
    assert appointment is not None
    access.end_appointment(
        officer=joint.world.machine, at=MONDAY, appointment=appointment, on=MONDAY.date(), reason="moved"
    )
    with pytest.raises(ConcertedError):
        make_paper(paper=asked.pk, officer=clerk.pk, appointment=appointment.pk)
    access.appoint_to_new_post(
        officer=joint.world.machine,
        at=MONDAY,
        appointee=clerk,
        agency=joint.world.ministry,
        function=Post.Function.STATISTICIAN,
        title_en="Another desk",
        valid_from=MONDAY.date(),
    )
    with pytest.raises(ConcertedError):
        make_paper(paper=asked.pk, officer=clerk.pk, appointment=appointment.pk)
    with joint.world.seen_by(joint.world.officer_for(joint.world.office, "secretariat")):
        standing = Paper.objects.get(pk=asked.pk)
        assert (standing.state, bytes(standing.content or b"")) == ("asked", b"")
