"""A stored file is sent so that no browser runs it, and never to whoever may not see its section."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import MONDAY, World, build_world
from tests.foundation.people.test_erasure import picture
from tests.foundation.vault.test_files import PDF

from concerted.errors import NotThere
from concerted.foundation.access.models import Interest
from concerted.foundation.people import acts, reads
from concerted.foundation.vault.acts import new_subject
from concerted.foundation.vault.files import open_file, store_file
from concerted.foundation.vault.models import StoredFile
from concerted.interfaces.exchange.stored_files import send_stored_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def test_no_browser_runs_embeds_or_keeps_a_stored_file(world: World) -> None:
    officer = world.officer_for(world.yunnan, "case_worker")
    with world.seen_by(officer):
        row = store_file(
            at=MONDAY,
            subject=new_subject(at=MONDAY),
            keeper=officer.agency_id or 0,
            holder_kind="cases.case",
            holder_id=1,
            section="legal",
            content=PDF,
            name='她的"报告"\r\nX-Evil: 1.html',
        )
        answer = send_stored_file(open_file(row))
        assert b"".join(answer.streaming_content) == PDF  # type: ignore[arg-type]
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["Content-Disposition"].startswith('attachment; filename="file.pdf"')
    assert "\r" not in answer["Content-Disposition"] and "X-Evil: " not in answer["Content-Disposition"]
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    assert answer["Content-Type"] == "application/pdf"


def test_a_photograph_is_given_with_identity_and_not_without(world: World) -> None:
    worker = world.officer_for(world.yunnan, "case_worker")
    other = world.officer_for(world.ministry, "case_worker")
    person = acts.record_person(officer=worker, at=MONDAY)
    acts.add_photograph(officer=worker, at=MONDAY, person=person, content=picture())
    with world.seen_by(worker):
        number = StoredFile.objects.get(subject=person.subject).pk
    asked: dict[str, Any] = {"at": MONDAY, "person": person, "file_id": number, "why": "test"}
    assert b"".join(reads.photograph_of(officer=worker, **asked).pieces) == picture()
    for sections in (["health"], ["identity"]):
        with pytest.raises(NotThere):
            reads.photograph_of(officer=other, **asked)
        with world.seen_by(worker):
            Interest.objects.create(
                subject_kind="people.person",
                subject_id=person.pk,
                agency_id=other.agency_id,
                granted_by_id=person.agency_id,
                basis="disclosure",
                sections=sections,
                since=MONDAY,
            )
    assert b"".join(reads.photograph_of(officer=other, **asked).pieces) == picture()


def test_no_raw_query_without_an_agency_finds_a_file_or_a_key(world: World) -> None:
    worker = world.officer_for(world.yunnan, "case_worker")
    person = acts.record_person(officer=worker, at=MONDAY)
    acts.add_photograph(officer=worker, at=MONDAY, person=person, content=picture())
    assert not StoredFile.objects.exists()
