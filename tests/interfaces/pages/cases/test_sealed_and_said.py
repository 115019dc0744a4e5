"""What is sealed opens for a recorded reason, at whichever address it is asked; what is typed is not guessed."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.desk import sent, shown, worker_of
from tests.mechanism.cases.woman import open_case

from concerted.errors import Invalid
from concerted.mechanism.cases.acts.documents import attach_file
from concerted.mechanism.cases.acts.files import write_section
from concerted.mechanism.cases.reads.documents import document_file

pytestmark = pytest.mark.django_db


def test_ones_own_sealed_words_open_for_writing_after_a_reason_only(world: CaseWorld) -> None:
    worker = world.worker(world.police)
    case = open_case(world)
    write_section(
        officer=worker, at=world.at, case=case, section="shelter_address", values={"address": "Lane 7"}
    )
    police = worker_of(world, world.police)
    assert "Lane 7" not in shown(police, "write", case.pk, "shelter_address")
    address = reverse("cases:write", args=[case.pk, "shelter_address"])
    opened = police.post(address, {"why": "The address changed."}).content.decode()
    assert "Lane 7" in opened and 'name="why" value="The address changed."' in opened
    version = re.search(r'name="row_version" value="(\d+)"', opened)
    assert version is not None
    sent(
        police, "write", case.pk, "shelter_address", why="The address changed.", row_version=version[1],
        address="Lane 8",
    )  # fmt: skip
    history = reverse("cases:section_history", args=[case.pk, "shelter_address"])
    assert "Lane" not in police.get(history).content.decode()
    both = police.post(history, {"why": "Which address came first?"}).content.decode()
    assert "Lane 7" in both and "Lane 8" in both


def test_a_document_of_a_sealed_section_opens_after_a_reason_that_is_kept_in_the_record(
    world: CaseWorld,
) -> None:
    worker = world.worker(world.police)
    case = open_case(world)
    made = attach_file(
        officer=worker, at=world.at, case=case, section="shelter_address", kind="photograph", title="house",
        content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", name="house.pdf",
    )  # fmt: skip
    police = worker_of(world, world.police)
    address = reverse("cases:document", args=[case.pk, made.pk])
    asked = police.get(address)
    assert asked.status_code == 200 and "Content-Disposition" not in asked
    assert "Content-Disposition" not in police.post(address, {"why": ""})
    given = police.post(address, {"why": "The court asks for it."})
    assert given["Content-Disposition"].startswith("attachment")
    with pytest.raises(Invalid):
        document_file(officer=worker, at=world.at, case=case, document=made.pk)
    assert worker_of(world, world.outsider).get(address).status_code == 404


def test_an_answer_beside_a_word_that_there_is_none_is_a_fault_and_neither_is_dropped(
    world: CaseWorld,
) -> None:
    case = open_case(world)
    police = worker_of(world, world.police)
    sent(police, "write", case.pk, "travel", row_version="", route="", route_said="declined")
    address = reverse("cases:write", args=[case.pk, "travel"])
    both = {"row_version": "1", "route": "by the night bus", "route_said": "declined"}
    refused = police.post(address, both)
    assert refused.status_code == 200
    text = refused.content.decode()
    assert "There is an answer too." in text and "by the night bus" in text
    sent(police, "write", case.pk, "travel", row_version="1", route="by the night bus", route_said="")
    assert "by the night bus" in shown(police, "case", case.pk)


def test_the_newer_text_is_shown_and_saving_again_replaces_it_knowingly(world: CaseWorld) -> None:
    case = open_case(world)
    police = worker_of(world, world.police)
    for words in ("on foot", "by bus"):
        version = "" if words == "on foot" else "1"
        sent(police, "write", case.pk, "travel", row_version=version, route=words)
    address = reverse("cases:write", args=[case.pk, "travel"])
    stale = police.post(address, {"row_version": "1", "route": "by train"})
    assert stale.status_code == 412
    text = stale.content.decode()
    assert "by bus" in text and "by train" in text and 'name="row_version" value="2"' in text
    sent(police, "write", case.pk, "travel", row_version="2", route="by train")
    kept = shown(police, "section_history", case.pk, "travel")
    assert kept.index("by train") < kept.index("by bus") < kept.index("on foot")
    shown(worker_of(world, world.outsider), "section_history", case.pk, "travel", status=404)
