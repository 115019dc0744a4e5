"""Plans, drafts, figures and answers of places through the API."""

from __future__ import annotations

from typing import Any

from tests.interfaces.api.keys import Machine, Machines

from concerted.foundation.access import acts
from concerted.foundation.agencies.models import Agency

TEXT = """National plan against trafficking (2013-2020)

I. Prevention
1. Watch the stations. (MPS Criminal Investigation Bureau responsible; Ministry of Civil Affairs support)
2. Tell the villages. (All-China Women's Federation responsible; Office of Nowhere support)
"""


def test_a_plan_text_is_read_as_the_command_reads_it(machines: Machines) -> None:
    read = machines.ministry.post("/notation/readings", {"text": TEXT})
    said = read.json()
    assert read.status_code == 200
    assert [(one["leads"], one["supports"]) for one in said["measures"]] == [
        (["mps-cid"], ["mca"]),
        (["acwf"], []),
    ]
    assert [one["text"] for one in said["unknown_agencies"]] == ["Office of Nowhere"]


def test_a_text_is_kept_corrected_and_turned_into_a_version(machines: Machines) -> None:
    office = machines.office
    kept = office.post("/plan-drafts", {"text": TEXT})
    number, lines = kept.json()["id"], [one["line"] for one in kept.json()["reading"]["measures"]]
    corrected = office.patch(
        f"/plan-drafts/{number}",
        {"measures": [{"line": lines[0], "text": "Watch every station."}]},
        etag=kept["ETag"],
    )
    assert corrected.json()["reading"]["measures"][0]["text"] == "Watch every station."
    made = office.post(f"/plan-drafts/{number}/adoption", {"key": "npa-2013"}, etag=corrected["ETag"])
    assert (made.status_code, made.json()["state"]) == (201, "draft")


def test_another_agencys_text_does_not_exist(machines: Machines) -> None:
    kept = machines.office.post("/plan-drafts", {"text": TEXT}).json()
    province = machines.of(machines.world.provincial)
    assert province.get(f"/plan-drafts/{kept['id']}").status_code == 404
    assert province.get("/plan-drafts").json()["items"] == []


def test_a_revision_is_edited_and_the_version_in_force_is_not(machines: Machines) -> None:
    office = machines.office
    plan = machines.nation.plan.key
    frozen = machines.nation.measure("m1")
    draft = office.post(f"/plans/{plan}/revisions").json()
    first = office.get(f"/versions/{draft['id']}/measures").json()["items"][0]
    read = office.get(f"/measures/{first['id']}")
    changed = office.patch(f"/measures/{first['id']}", {"title_en": "Open more"}, etag=read["ETag"])
    assert (changed.status_code, changed.json()["title_en"]) == (200, "Open more")
    in_force = office.get(f"/measures/{frozen.pk}")
    assert office.patch(f"/measures/{frozen.pk}", {"title_en": "x"}, etag=in_force["ETag"]).status_code == 409


def test_a_measure_keeps_what_it_is_under_a_new_key_and_one_that_ends_is_pointed_out(
    machines: Machines,
) -> None:
    office = machines.office
    plan = machines.nation.plan.key
    draft = office.post(f"/plans/{plan}/revisions").json()
    assert draft["adopted_on"] is None
    one, two = office.get(f"/versions/{draft['id']}/measures").json()["items"][:2]

    def etag(address: str) -> str:
        return str(office.get(address)["ETag"])

    here = f"/measures/{one['id']}"
    renamed = office.patch(here, {"key": "m1-new"}, etag=etag(here)).json()
    assert (renamed["key"], renamed["carried_from"]) == ("m1-new", one["carried_from"])
    there = f"/measures/{two['id']}"
    assert office.delete(there, etag=etag(there)).status_code == 200
    strand = f"/versions/{draft['id']}/strands/{two['strand']}/measures"
    again = {name: two[name] for name in ("title_en", "title_zh", "text_en", "text_zh")} | {"key": "m2-new"}
    made = office.post(strand, again, etag=etag(f"/versions/{draft['id']}")).json()
    seen = office.get(f"/versions/{draft['id']}/adoption").json()
    assert (seen["ended"], seen["alike"]) == (
        [two["key"]],
        [{"ended": two["key"], "new": "m2-new", "alike": 100}],
    )
    assert any(one["field"].startswith("m2-new") for one in seen["obstacles"])
    tied = f"/measures/{made['id']}"
    office.patch(tied, {"carried_from_key": two["key"]}, etag=etag(tied))
    assert office.get(f"/versions/{draft['id']}/adoption").json()["ended"] == []
    refused = office.patch(tied, {"carried_from_key": "m77"}, etag=etag(tied))
    assert refused.status_code == 422 and "m77" in refused.content.decode()


def test_an_empty_plan_gets_its_first_draft_by_a_revision(machines: Machines) -> None:
    made = machines.office.post("/plans", {"key": "next-plan", "title_en": "The next plan"})
    draft = machines.office.post("/plans/next-plan/revisions", {})
    again = machines.office.post("/plans/next-plan/revisions", {})
    assert (made.status_code, draft.status_code, again.status_code) == (201, 201, 409)
    assert (draft.json()["number"], draft.json()["state"]) == (1, "draft")


def test_a_cycle_of_dependencies_is_refused(machines: Machines) -> None:
    office = machines.office
    draft = office.post(f"/plans/{machines.nation.plan.key}/revisions").json()
    first, second = office.get(f"/versions/{draft['id']}/measures").json()["items"][:2]
    forth = office.post(
        f"/measures/{second['id']}/dependencies", {"needs": first["id"]}, etag=_etag(office, second)
    )
    back = office.post(
        f"/measures/{first['id']}/dependencies", {"needs": second["id"]}, etag=_etag(office, first)
    )
    assert (forth.status_code, back.status_code) == (201, 422)


def test_values_of_two_sources_stand_side_by_side_until_a_ruling(machines: Machines) -> None:
    office, province = machines.office, machines.of(machines.world.provincial)
    indicator = office.get(f"/plans/{machines.nation.plan.key}/indicators").json()["items"][0]["id"]
    where = {"indicator": indicator, "period": machines.nation.quarter.pk, "place_code": "530000"}
    values = [
        machine.post("/observations", where | {"value": n}) for machine, n in ((office, 3), (province, 4))
    ]
    cell = f"/indicators/{indicator}/periods/{machines.nation.quarter.pk}/cells/530000"
    assert office.get(cell).json()["state"] == "conflicting"
    chosen = values[1].json()["id"]
    ruled = office.post(f"/observations/{chosen}/rulings", {"reason": "It counted itself."})
    assert ruled.status_code == 201
    assert office.get(cell).json()["chosen"] == chosen
    nations = office.post("/observations", where | {"place_code": "000000", "value": 1}).json()
    waiting = office.get(f"/plans/{machines.nation.plan.key}/conflicts").json()
    (one,) = waiting["items"]
    assert (one["kind"], one["place_code"], waiting["total"], waiting["cells"]) == ("roll_up", "000000", 1, 2)
    assert (one["apart"]["source"], one["apart"]["own"], one["apart"]["low"], one["apart"]["by"]) == (
        "mps-cid", 1, 4, -3,
    )  # fmt: skip
    office.post(f"/observations/{nations['id']}/rulings", {"reason": "The ministry's list was seen."})
    assert office.get(f"/plans/{machines.nation.plan.key}/conflicts").json()["total"] == 0


def test_a_faulty_row_keeps_all_rows_out(machines: Machines) -> None:
    rows = [
        {"indicator": "rescued", "period": "2010-Q1", "place": "530000", "value": 3},
        {"indicator": "no such", "period": "2010-Q1", "place": "430000", "value": 4},
    ]
    plan = machines.nation.plan.key
    refused = machines.office.post(f"/plans/{plan}/observations", {"rows": rows})
    assert (refused.status_code, refused.json()["faults"][0]["row"]) == (422, 2)
    loaded = machines.office.post(f"/plans/{plan}/observations", {"rows": rows[:1]})
    assert (loaded.status_code, loaded.json()["added"]) == (201, 1)


def test_a_province_declines_and_considers_again(machines: Machines) -> None:
    province = machines.of(machines.world.provincial)
    opened = province.post(
        f"/plans/{machines.nation.plan.key}/local-plans",
        {"title_en": "Plan of Yunnan", "period_from": "2009-01-01", "period_to": "2012-12-31"},
    )
    measure = machines.nation.measure("m2").pk
    none = province.post(f"/measures/{measure}/decline", {"reason": "No villages there."})
    late = province.post(f"/measures/{measure}/adoption", {}, etag='"1"')
    declined = province.post(f"/measures/{measure}/decline", {"reason": "No villages there."}, etag='"0"')
    again = province.post(f"/measures/{measure}/adoption", {}, etag='"0"')
    assert [one.status_code for one in (opened, none, late, declined, again)] == [201, 428, 412, 201, 412]
    back = province.post(
        f"/alignments/{declined.json()['id']}/reconsideration",
        {"reason": "Look again."},
        etag=declined["ETag"],
    )
    assert back.status_code == 200


def test_pages_neither_skip_nor_repeat_while_rows_are_added(machines: Machines) -> None:
    reader = machines.office
    before = {one.key for one in Agency.objects.all()}
    met: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = reader.get("/agencies", {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        met += [one["key"] for one in page["items"]]
        cursor = page["next"]
        _register_agency(machines, f"aa-new-{len(met)}")
    assert len(met) == len(set(met))
    assert before <= set(met)


def test_what_is_owed_is_listed_by_owner_and_excused_by_whom_it_is_owed(machines: Machines) -> None:
    owed = machines.ministry.get("/obligations", {"agency": "mca", "kind": "plan.report"}).json()["items"]
    assert owed and {one["owner"] for one in owed} == {"mca"}
    path = f"/obligations/{owed[0]['id']}/excuse"
    assert machines.ministry.post(path, {"reason": "Let us off."}).status_code == 404
    excused = machines.office.post(path, {"reason": "The flood."})
    assert (excused.status_code, excused.json()["state"]) == (200, "excused")


def test_notes_stay_inside_their_agency(machines: Machines) -> None:
    subject = {"subject_kind": "plan.measure", "subject_id": machines.nation.measure("m1").pk}
    written = machines.ministry.post("/notes", subject | {"text": "ask again"})
    assert written.status_code == 201
    assert machines.office.get("/notes", subject).json() == []
    path = f"/notes/{written.json()['id']}/withdrawal"
    assert machines.office.post(path).status_code == 404


def test_only_an_evaluator_or_administrator_reads_the_record(machines: Machines) -> None:
    evaluator = machines.of(machines.world.officer_for(machines.world.office, "evaluator"))
    found = evaluator.get("/audit/entries", {"limit": 3}).json()
    older = evaluator.get("/audit/entries", {"limit": 3, "cursor": found["next"]}).json()
    assert not {one["id"] for one in found["items"]} & {one["id"] for one in older["items"]}
    assert min(one["recorded_at"] for one in found["items"]) >= max(o["recorded_at"] for o in older["items"])
    assert machines.ministry.get("/audit/entries").status_code == 404


def test_search_finds_in_both_languages(machines: Machines) -> None:
    groups = machines.ministry.get("/search", {"q": "设立救助站"}).json()
    assert [(group["kind"], group["hits"][0]["key"]) for group in groups] == [("measure", "m1")]


def _etag(machine: Machine, measure: dict[str, Any]) -> str:
    return machine.get(f"/measures/{measure['id']}")["ETag"]


def _register_agency(machines: Machines, key: str) -> None:
    acts.register_agency(
        officer=machines.world.machine,
        at=machines.world.at,
        key=key,
        kind=Agency.Kind.NGO,
        name_en="Newly registered",
    )


def test_versions_are_compared_field_by_field_days_too(machines: Machines) -> None:
    office = machines.office
    draft = office.post(f"/plans/{machines.nation.plan.key}/revisions").json()
    later = office.get(f"/versions/{draft['id']}/measures").json()["items"][-1]
    changed = office.patch(f"/measures/{later['id']}", {"starts": "2011-01-01"}, etag=_etag(office, later))
    assert changed.status_code == 200, changed.content
    in_force = machines.nation.measure("m5").version_id
    told = office.get(f"/versions/{in_force}/differences?with_version={draft['id']}").json()
    assert [(one["field"], one["before"], one["after"]) for one in told] == [
        ("starts", '"2010-07-01"', '"2011-01-01"')
    ]
