"""A meeting's papers are made by a job, all or nothing, from what its office may read."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader
from tests.builders import build_world
from tests.mechanism.meetings.meeting_world import MeetingWorld, build_meeting_world, noon

from concerted.config import assets
from concerted.interfaces.exchange.meeting_papers import jobs
from concerted.interfaces.exchange.meeting_papers.asking import ask, begin_again
from concerted.mechanism.meetings.acts import agenda
from concerted.mechanism.meetings.models import Meeting, Paper
from concerted.mechanism.meetings.reads.papers import paper_file

pytestmark = pytest.mark.django_db

DAY = date(2010, 6, 15)


@pytest.fixture(scope="module", autouse=True)
def _typefaces() -> None:
    if not assets.FONTS_FOLDER.exists():
        assets.prepare_typefaces()


@pytest.fixture
def joint(db: None) -> MeetingWorld:
    return build_meeting_world(build_world())


@pytest.fixture
def meeting(joint: MeetingWorld) -> Meeting:
    called = joint.called(DAY)
    agenda.add_item(
        officer=joint.clerk,
        at=noon(DAY),
        meeting=called,
        title_en="Lists of shelters",
        title_zh="救助站登记",
        body_en="Seven are overdue.",
        body_zh="七项逾期。",
    )
    return called


def asked(joint: MeetingWorld, meeting: Meeting, **said: Any) -> Paper:
    chosen = {"kind": "book", "language": "en", "form": "pdf", **said}
    return ask(officer=joint.clerk, at=noon(DAY), meeting=meeting, **chosen)


def work(joint: MeetingWorld, paper: Paper) -> Paper:
    assert joint.clerk.acting is not None
    jobs.make_paper(paper=paper.pk, officer=joint.clerk.pk, appointment=joint.clerk.acting.pk)
    with joint.world.seen_by(joint.clerk):
        return Paper.objects.get(pk=paper.pk)


def text_of(joint: MeetingWorld, paper: Paper) -> str:
    content = paper_file(officer=joint.clerk, at=noon(DAY), pk=paper.pk)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", "")


def test_asking_lays_a_job_down_in_the_same_transaction(joint: MeetingWorld, meeting: Meeting) -> None:
    paper = asked(joint, meeting)
    job = ProcrastinateJob.objects.get(task_name="papers.make")
    assert job.args["paper"] == paper.pk
    assert paper.state == "asked"


@pytest.mark.parametrize(("language", "said"), [("en", "Lists of shelters"), ("zh-hans", "救助站登记")])
def test_the_job_makes_the_briefing_book_in_the_language_asked_for(
    joint: MeetingWorld, meeting: Meeting, language: str, said: str
) -> None:
    paper = work(joint, asked(joint, meeting, language=language))
    assert (paper.state, paper.done, len(paper.sha256)) == ("ready", paper.of, 64)
    assert said in text_of(joint, paper)


def test_a_notice_names_the_items_and_options_reach_the_head(joint: MeetingWorld, meeting: Meeting) -> None:
    options = {"red_head": "Office of the Joint Meeting", "document_no": "Office [2010] No. 5"}
    paper = work(joint, asked(joint, meeting, kind="notice", options=options))
    text = text_of(joint, paper)
    for said in ("Office [2010] No. 5", "Lists of shelters", "Office of the Joint Meeting"):
        assert said in text


def test_minutes_carry_decisions_owners_and_who_was_there(joint: MeetingWorld) -> None:
    meeting = joint.sitting(DAY)
    joint.assign(joint.decide(meeting))
    joint.circulated(meeting)
    text = text_of(joint, work(joint, asked(joint, meeting, kind="minutes")))
    for said in ("Open a hotline.", "Ministry of Civil Affairs: Open the hotline.", "Present"):
        assert said in text


def test_a_maker_that_dies_leaves_no_half_paper_and_the_next_one_makes_it_whole(
    joint: MeetingWorld, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = asked(joint, meeting)
    make: Callable[..., bytes] = jobs.rendered

    def die(*_given: object) -> bytes:
        raise SystemExit(9)

    monkeypatch.setattr(jobs, "rendered", die)
    with pytest.raises(SystemExit):
        work(joint, paper)
    with joint.world.seen_by(joint.clerk):
        left = Paper.objects.get(pk=paper.pk)
    assert (left.state, left.content, left.sha256) == ("preparing", None, "")
    monkeypatch.setattr(jobs, "rendered", make)
    begin_again(officer=joint.clerk, paper=left)
    assert work(joint, left).state == "ready"


def test_a_paper_that_is_made_is_not_made_again(joint: MeetingWorld, meeting: Meeting) -> None:
    first = work(joint, asked(joint, meeting))
    assert work(joint, first).ready_at == first.ready_at
