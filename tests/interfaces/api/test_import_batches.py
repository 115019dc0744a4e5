"""A machine hands a list in, sees where it goes wrong, and imports it whole or not at all, as its officer would."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.builders import MONDAY
from tests.interfaces.api.case_machines import Callers, build_callers
from tests.interfaces.api.case_samples import CASE_SCOPES, key_of
from tests.interfaces.api.keys import ROOT, Machine
from tests.record import the_record

from concerted.mechanism.cases.acts.batches import LARGEST, hold_batch
from concerted.mechanism.cases.models import Case, ImportBatch

pytestmark = pytest.mark.django_db

HEADINGS = "编号,姓名,性别,出生日期,鞋码\n"
GOOD = HEADINGS + "K-1,王小芳,女,1990-03-05,36\nK-2,李春分,女,1992年,37\n"
BAD = HEADINGS + "K-1,王小芳,女,05/03/1990,36\nK-2,李春分,x,1992年,37\n"
LISTS = "/case-import-batches"
_numbers = count(1)


@pytest.fixture
def callers() -> Callers:
    return build_callers()


def _send(machine: Machine, content: bytes, *, form: str = "list", name: str = "station.csv") -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    headers = machine.headers({"Idempotency-Key": f"hand-in-{next(_numbers):06d}"})
    return machine.client.post(ROOT + LISTS, {"form": form, "file": file}, headers=headers)


def _held(machine: Machine, text: str, **more: str) -> str:
    """The address of a list that was handed in."""
    answer = _send(machine, text.encode(), **more)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"]).removeprefix(ROOT)


def _map(machine: Machine, at: str, body: dict[str, Any] | None = None, version: int = 1) -> Any:
    return machine.post(f"{at}/mapping", body or {}, etag=f'"{version}"')


def _cases(callers: Callers) -> int:
    with callers.world.at_case_work(callers.world.worker(callers.world.police), MONDAY + timedelta(days=1)):
        return Case.objects.count() - 1  # the one that the callers begin with


def test_a_list_is_handed_in_mapped_tried_and_imported_once(callers: Callers) -> None:
    police = callers.police
    at = _held(police, GOOD)
    first = police.get(f"{at}/first-mapping").json()
    assert (first["headings"], first["kept"]) == (HEADINGS.strip().split(","), None)
    mapped = _map(police, at)
    assert (mapped.status_code, mapped["ETag"]) == (200, '"2"')
    tried = police.get(f"{at}/trial").json()
    assert (tried["would"]["cases"], tried["would"]["persons"], tried["faults"]) == (2, 2, [])
    assert tried["ignored_columns"] == ["鞋码"]
    assert _cases(callers) == 0, "trying leaves nothing"
    done = police.post(f"{at}/import", etag='"2"')
    assert (done.status_code, set(done.json()["cases"])) == (200, {"2", "3"})
    assert _cases(callers) == 2
    whole = police.get(at)
    assert whole.json()["numbers"] == done.json()["cases"]
    assert police.post(f"{at}/import", etag=whole["ETag"]).status_code == 409
    assert police.get(f"{at}/trial").status_code == 409
    assert _cases(callers) == 2, "asked for twice"


def test_a_retry_of_an_import_gets_the_first_answer(callers: Callers) -> None:
    police = callers.police
    at = _held(police, GOOD)
    _map(police, at)
    answers = [police.post(f"{at}/import", etag='"2"', key="import-of-april") for _time in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotent-Replay"] == "true"
    assert _cases(callers) == 2


def test_every_fault_is_told_by_row_and_cell_and_keeps_the_whole_list_out(callers: Callers) -> None:
    police = callers.police
    at = _held(police, BAD)
    _map(police, at)
    tried = police.get(f"{at}/trial").json()
    assert tried["would"] is None
    assert [(one["row"], one["column"], one["value"]) for one in tried["faults"]] == [
        (2, "出生日期", "05/03/1990"),
        (3, "性别", "x"),
    ]
    assert all(one["what"] and one["remedy"] for one in tried["faults"])
    refused = police.post(f"{at}/import", etag='"2"')
    assert (refused.status_code, len(refused.json()["faults"])) == (422, 2)
    assert _cases(callers) == 0
    assert police.get(at).json()["state"] == "held", "it can be mapped otherwise"


def test_a_number_that_the_agency_uses_already_is_a_fault_of_its_row(callers: Callers) -> None:
    police = callers.police
    for _time in range(2):
        at = _held(police, GOOD)
        _map(police, at)
        tried = police.get(f"{at}/trial").json()
        police.post(f"{at}/import", etag='"2"')
    assert [one["row"] for one in tried["faults"]] == [2, 3]
    assert _cases(callers) == 2


def test_a_change_made_on_an_old_version_is_refused(callers: Callers) -> None:
    police = callers.police
    at = _held(police, GOOD)
    assert _map(police, at).status_code == 200
    assert _map(police, at).status_code == 412
    assert police.post(f"{at}/import").status_code == 428
    assert police.post(f"{at}/import", etag='"1"').status_code == 412
    assert _cases(callers) == 0


def test_a_mapping_sent_or_kept_says_where_the_columns_go(callers: Callers) -> None:
    police = callers.police
    first = police.get(f"{_held(police, GOOD)}/first-mapping").json()["mapping"]
    sent = first.replace("鞋码: ignore", "鞋码: note")
    assert sent != first
    at = _held(police, GOOD)
    kept = _map(police, at, {"mapping": sent, "keep_as": "station list"})
    assert kept.status_code == 200
    assert police.get(f"{at}/trial").json()["would"]["notes"] == 2
    colleague = key_of(callers.machines, callers.world.new_officer(callers.world.police, "case_worker"))
    other = _held(colleague, GOOD)
    assert colleague.get(f"{other}/first-mapping").json()["kept"] == "station list"
    assert _map(colleague, other, {"kept": "station list"}).status_code == 200
    assert _map(colleague, other, {"kept": "no such list"}, 2).status_code == 404
    assert _map(colleague, other, {"mapping": "columns: {姓名: person.shoes}"}, 2).status_code == 422


def test_a_mapping_of_ones_own_is_met_by_nobody_else(callers: Callers) -> None:
    police = callers.police
    mapping = police.get(f"{_held(police, GOOD)}/first-mapping").json()["mapping"]
    assert police.post("/own-case-mappings", {"name": "mine", "mapping": mapping}).status_code == 201
    assert [one["name"] for one in police.get("/own-case-mappings").json()] == ["mine"]
    assert _map(police, _held(police, GOOD), {"kept": "mine"}).status_code == 200
    colleague = key_of(callers.machines, callers.world.new_officer(callers.world.police, "case_worker"))
    assert colleague.get("/own-case-mappings").json() == []
    assert _map(colleague, _held(colleague, GOOD), {"kept": "mine"}).status_code == 404
    gone = [police.post("/own-case-mappings/removal", {"name": "mine"}).json() for _time in range(2)]
    assert gone == [{"removed": 1}, {"removed": 0}]


def test_a_file_of_the_standard_needs_no_mapping_and_tells_what_has_no_place(callers: Callers) -> None:
    police = callers.police
    text = (
        "record,prs_FirstName,vic_TraffickingStatus,vic_NoSuchField\nA-1,Mei,ActualVictimOfTrafficking,lost\n"
    )
    at = _held(police, text, form="htcds", name="partner.csv")
    assert police.get(f"{at}/first-mapping").status_code == 404
    assert _map(police, at).status_code == 409
    left = police.get(f"{at}/trial").json()["left"]
    assert {(one["column"], one["is_kept"]) for one in left} == {
        ("vic_TraffickingStatus", True),
        ("vic_NoSuchField", False),
    }
    [number] = police.post(f"{at}/import", etag='"1"').json()["cases"].values()
    with callers.world.at_case_work(callers.world.worker(callers.world.police), MONDAY + timedelta(days=1)):
        assert Case.objects.get(number=number).province_code == callers.world.police.place_code


def test_what_cannot_be_held_or_read_is_told(callers: Callers) -> None:
    police = callers.police
    assert _send(police, b"").status_code == 422
    assert _send(police, b"x" * (LARGEST + 1)).status_code == 422
    assert _send(police, GOOD.encode(), form="pdf").status_code == 422
    at = _held(police, "PK\x03\x04 nothing", name="list.xlsx")
    assert police.get(f"{at}/first-mapping").status_code == 422
    assert police.get(f"{at}/trial").status_code == 409, "it is not said yet where the columns go"
    long = _held(police, HEADINGS + "".join(f"K-{n},王,女,1990,36\n" for n in range(301)))
    _map(police, long)
    refused = police.get(f"{long}/trial")
    assert (refused.status_code, "300" in refused.json()["title"]) == (422, True)


def test_a_list_that_is_let_go_of_is_gone_and_one_that_was_imported_stays(callers: Callers) -> None:
    police = callers.police
    held, done = _held(police, GOOD), _held(police, GOOD)
    assert police.step(f"{held}/discard").json() == {"discarded": 1}
    assert police.get(held).status_code == 404
    _map(police, done)
    police.post(f"{done}/import", etag='"2"')
    assert police.step(f"{done}/discard").json() == {"discarded": 0}
    assert [one["state"] for one in police.get(LISTS).json()["items"]] == ["imported"]


def test_the_pages_and_the_machine_meet_the_same_lists_of_one_officer_alone(callers: Callers) -> None:
    world = callers.world
    worker = world.worker(world.police)
    by_page = hold_batch(
        officer=worker, at=MONDAY, form="list", filename="by page.csv", content=GOOD.encode()
    )
    at = f"{LISTS}/{by_page.pk}"
    assert [one["file_name"] for one in callers.police.get(LISTS).json()["items"]] == ["by page.csv"]
    absent = f"{LISTS}/987654321"
    others = (world.new_officer(world.police, "case_worker"), world.supervisor(world.police))
    for machine in (*(key_of(callers.machines, one) for one in others), callers.outsider):
        assert machine.get(LISTS).json() == {"items": [], "next": None}
        for path in ("", "/first-mapping", "/trial"):
            here, there = machine.get(at + path), machine.get(absent + path)
            assert (here.status_code, here.json()) == (there.status_code, there.json())
            assert here.status_code == 404
        for path in ("/mapping", "/import", "/discard"):
            here, there = (
                machine.post(one + path, {} if path == "/mapping" else None, etag='"1"')
                for one in (at, absent)
            )
            assert (here.status_code, here.json()) == (there.status_code, there.json())
            assert here.status_code == 404
    assert callers.police.get(at).json()["state"] == "held"


def test_a_key_that_only_reads_or_a_post_without_case_work_holds_no_list(callers: Callers) -> None:
    world = callers.world
    reader = callers.limited(world.worker(world.police), "cases:read")
    assert (reader.get(LISTS).status_code, _send(reader, GOOD.encode()).status_code) == (404, 404)
    plans = callers.limited(world.worker(world.police), "read", "write")
    assert (plans.get(LISTS).status_code, _send(plans, GOOD.encode()).status_code) == (404, 404)
    assert _send(callers.limited(world.worker(world.police), *CASE_SCOPES), GOOD.encode()).status_code == 201


def test_the_record_tells_that_a_list_was_held_and_imported_and_no_word_of_it(callers: Callers) -> None:
    police = callers.police
    at = _held(police, GOOD, name="王小芳.csv")
    _map(police, at)
    police.post(f"{at}/import", etag='"2"')
    told = list(the_record().filter(act__in=("cases.hold_batch", "cases.import_batch")))
    assert {one.act for one in told} == {"cases.hold_batch", "cases.import_batch"}
    assert not any("王小芳" in str(one.detail) for one in told if one.act == "cases.hold_batch")


def test_a_list_that_waited_for_more_than_a_day_is_let_go_of_by_the_next(callers: Callers) -> None:
    world = callers.world
    worker = world.worker(world.police)
    hold_batch(
        officer=worker, at=MONDAY - timedelta(days=2), form="list", filename="old.csv", content=GOOD.encode()
    )
    _held(callers.police, GOOD)
    with world.at_case_work(worker):
        assert ImportBatch.objects.count() == 1
