"""What every call passes: key, scope, conditions, idempotency and faults told as problems."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from ninja import Schema
from tests.interfaces.api.case_samples import key_of
from tests.interfaces.api.keys import ROOT, Machine, Machines

from concerted.foundation.access import acts
from concerted.foundation.access.models import ApiToken
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.agencies.models import Post
from concerted.interfaces.api.api import api
from concerted.interfaces.api.call import OPEN, OPERATIONS
from concerted.mechanism.plan.models import InternalNote

NOTE = {"subject_kind": "plan.measure", "subject_id": 1, "text": "look again"}


def test_without_a_key_nothing_opens(callers: Machines) -> None:
    answer = Client().get(f"{ROOT}/plans")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_a_session_cookie_opens_nothing(callers: Machines) -> None:
    client = Client()
    client.force_login(
        callers.world.secretariat, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get(f"{ROOT}/plans").status_code == 401


@pytest.mark.thorough
def test_the_description_of_the_api_is_open_to_everybody(callers: Machines) -> None:
    described = Client().get(f"{ROOT}/openapi.json").json()
    assert described["openapi"].startswith("3.")


@pytest.mark.thorough
def test_every_described_operation_names_its_permission() -> None:
    described = {
        operation["operationId"]
        for methods in api.get_openapi_schema(path_prefix=ROOT + "/")["paths"].values()
        for operation in methods.values()
    }
    assert described == {name.replace(".", "_") for name in (*OPERATIONS, *OPEN)}


@pytest.mark.thorough
def test_what_needs_no_key_says_so_and_is_the_public_form_alone() -> None:
    schema = api.get_openapi_schema(path_prefix=ROOT + "/")
    keyless = {
        (method, path.removeprefix(ROOT))
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
        if not described.get("security")
    }
    assert keyless == {("post", "/public-reports"), ("post", "/public-reports/standing")}
    assert {name.rpartition(".")[2] for name in OPEN} == {"tell", "standing"}


@pytest.mark.thorough
def test_every_operation_documents_the_faults_it_can_answer() -> None:
    lacking = []
    for path, methods in api.get_openapi_schema(path_prefix=ROOT + "/")["paths"].items():
        for method, described in methods.items():
            wanted = {401, 403, 404, 422} | (set() if method == "get" else {400, 409, 413})
            if not described.get("security"):
                wanted = {400, 404, 413, 422, 503}
            lacking += [(method, path)] if wanted - set(map(int, described["responses"])) else []
    assert lacking == []


#: Operations that change a thing by its number and ask for no If-Match: what they change counts no edits.
UNCOUNTED = {
    "a step the state allows once; a second one is 409": (
        "case-mappings/{pk}/removal", "cases/{pk}/consents/withdrawal", "cases/{pk}/disclosures/{part}/recall",
        "cases/{pk}/documents/{part}/withdrawal", "cases/{pk}/goals/{part}/decision",
        "cases/{pk}/letters/{part}/revocation", "cases/{pk}/objections/{part}/end", "cases/{pk}/persons/{part}/end",
        "case-obligations/{pk}/completion", "conflicts/{pk}/keeping", "conflicts/{pk}/lifting",
        "conflicts/{pk}/lifting-request", "dissents/{pk}/withdrawal", "emergency-accesses/{pk}/review",
        "erasures/{pk}/approval", "erasures/{pk}/refusal", "holds/{pk}/keeping", "holds/{pk}/lifting",
        "holds/{pk}/lifting-request", "intake-desks/{code}/end", "intake-desks/{code}/hand-over",
        "lock-exceptions/{pk}/end", "measures/{pk}/milestones/{step}/marks/{mark}/withdrawal",
        "meeting-series/{key}/chairs/{pk}/end", "notes/{pk}/withdrawal", "obligations/{pk}/excuse",
        "observations/{pk}/withdrawal", "periods/{pk}/opening", "persons/{pk}/statements/{part}/choice",
        "persons/{pk}/statements/{part}/withdrawal", "supervised-areas/{pk}/steps", "support-requests/{pk}/answer",
        "support-requests/{pk}/withdrawal", "secondments/{pk}/cases/{part}/taking-back",
        "treaty-papers/{pk}/sending",
    ),
    "only what was seen is marked": ("case-news/{pk}/seen", "cases/{pk}/messages/seen"),
    "computed or laid out anew from what stands": (
        "plans/{key}/roll-ups", "meetings/{key}/minutes/draft", "meetings/{key}/seats/refresh",
    ),
    "what was read is named in the body": ("meetings/{key}/agenda/order", "meetings/{key}/notes"),
}  # fmt: skip


def test_what_counts_its_edits_is_changed_on_the_version_that_was_read_and_nothing_else_says_412_or_428() -> (
    None
):
    unlike, uncounted = [], set()
    for path, methods in api.get_openapi_schema(path_prefix=ROOT + "/")["paths"].items():
        for method, described in methods.items():
            asks = any(header["name"] == "If-Match" for header in described.get("parameters", ()))
            documented = {412, 428} & set(map(int, described["responses"]))
            if documented != ({412, 428} if asks else set()) or (
                method in ("patch", "put", "delete") and not asks
            ):
                unlike.append((method, path))
            if method == "post" and not asks and "{" in path and 200 in map(int, described["responses"]):
                uncounted.add(path.removeprefix(f"{ROOT}/"))
    assert unlike == []
    assert uncounted == {path for paths in UNCOUNTED.values() for path in paths}


def test_no_two_schemas_share_a_name_for_the_description_would_tell_of_one_alone() -> None:
    found: dict[str, set[str]] = {}
    waiting: list[type[Schema]] = [Schema]
    while waiting:
        for schema in waiting.pop().__subclasses__():
            waiting.append(schema)
            if schema.__module__.startswith("concerted.interfaces.api"):
                found.setdefault(schema.__name__, set()).add(schema.__module__)
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


def test_a_read_key_does_not_write(callers: Machines) -> None:
    reader = callers.of(callers.world.secretariat, scopes=["read"])
    assert reader.get("/plans").status_code == 200
    refused = reader.post("/notes", NOTE)
    assert refused.status_code == 403 and "scope write" in refused.json()["remedy"]
    with callers.world.seen_by(callers.world.secretariat):
        assert not InternalNote.objects.exists()


def test_a_key_for_one_permission_opens_no_other(callers: Machines) -> None:
    key = callers.of(callers.world.focal_point, scopes=[str(Permission.OBLIGATION_READ)])
    assert key.get("/obligations").status_code == 200
    assert key.get("/plans").status_code == 403


def test_a_revoked_key_is_dead_at_the_next_call(callers: Machines) -> None:
    ministry = callers.ministry
    assert ministry.get("/me").status_code == 200
    token = ApiToken.objects.get(appointment=callers.world.focal_point.acting)
    acts.revoke_token(officer=callers.world.focal_point, at=callers.world.at, token=token)
    assert ministry.get("/me").status_code == 401


def test_an_expired_key_is_dead(callers: Machines) -> None:
    ministry = callers.ministry
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ministry.get("/me").status_code == 401


def test_a_key_dies_with_its_appointment(callers: Machines) -> None:
    ministry = callers.ministry
    appointment = callers.world.focal_point.acting
    assert appointment is not None
    acts.end_appointment(
        officer=callers.world.machine,
        at=callers.world.at,
        appointment=appointment,
        on=callers.world.at.date(),
        reason="moved",
    )
    assert ministry.get("/me").status_code == 401


@pytest.mark.thorough
@pytest.mark.parametrize("function", Post.Function.values)
def test_every_operation_opens_for_exactly_the_posts_of_the_policy_table(
    callers: Machines, function: str
) -> None:
    officer = callers.world.officer_for(callers.world.office, function)
    reader = holds(officer, Permission.TOKEN_ISSUE)
    if not reader:
        return  # an observer gets no key at all
    machine = key_of(callers, officer) if holds(officer, Permission.INTAKE_READ) else callers.of(officer)
    absent = _without_reference(machine.get("/plans/no-such-plan"))
    told_apart = []
    for path, methods in api.get_openapi_schema(path_prefix=ROOT + "/")["paths"].items():
        for method, described in methods.items():
            name = next(n for n in (*OPERATIONS, *OPEN) if n.replace(".", "_") == described["operationId"])
            if name in OPEN or holds(officer, OPERATIONS[name]):
                continue
            answer = _nonsense(machine, method, path, described)
            if answer.status_code != 422 and _without_reference(answer) != absent:
                told_apart.append((method, path, answer.status_code))
    assert told_apart == []


def _nonsense(machine: Machine, method: str, path: str, described: dict[str, object]) -> object:
    """A call with ids that exist nowhere; a body is left empty, so that it may be refused before the door."""
    address = path.removeprefix(ROOT)
    for name in ("pk", "part", "step", "mark", "link", "number", "period"):
        address = address.replace("{" + name + "}", "987654321")
    address = address.replace("{key}", "nothing").replace("{code}", "990000")
    if method == "get":
        return machine.get(address)
    return machine.send(method.upper(), address, {}, **{"Idempotency-Key": "nonsense-call"})


def _without_reference(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["title"]  # type: ignore[attr-defined]


def test_a_retry_gets_the_first_answer_and_changes_nothing(callers: Machines) -> None:
    office = callers.office
    first = office.post("/notes", NOTE, key="note-0001")
    again = office.post("/notes", NOTE, key="note-0001")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (first.get("Idempotent-Replay"), again["Idempotent-Replay"]) == (None, "true")
    assert len(office.get("/notes", {"subject_kind": "plan.measure", "subject_id": 1}).json()) == 1


def test_a_key_used_for_another_call_is_refused(callers: Machines) -> None:
    office = callers.office
    office.post("/notes", NOTE, key="note-0002")
    other = office.post("/notes", NOTE | {"text": "something else"}, key="note-0002")
    assert (other.status_code, other.json()["faults"][0]["field"]) == (422, "Idempotency-Key")


def test_a_refused_call_may_be_repeated_with_the_same_key(callers: Machines) -> None:
    office = callers.office
    assert office.post("/notes", NOTE | {"text": "  "}, key="note-0003").status_code == 422
    assert office.post("/notes", NOTE, key="note-0003").status_code == 201


def test_keys_of_two_officers_are_two_keys(callers: Machines) -> None:
    assert callers.office.post("/notes", NOTE, key="note-0004").status_code == 201
    assert callers.ministry.post("/notes", NOTE, key="note-0004").status_code == 201


def test_a_post_without_an_idempotency_key_is_refused(callers: Machines) -> None:
    assert callers.office.send("POST", "/notes", NOTE).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/notes", b"{not json", 400),
        ("/notes", b"[" * 100_000, 400),
        ("/notes", b'{"subject_id": ' + b"9" * 5000 + b"}", 400),
        ("/notes", json.dumps(NOTE | {"subject_id": 2**63}).encode(), 422),
        ("/notes", json.dumps(NOTE | {"text": "a\x00b"}).encode(), 422),
        ("/notes", json.dumps(NOTE | {"text": "\ud800"}).encode(), 422),
        ("/notes", json.dumps(NOTE | {"unknown": 1}).encode(), 422),
        ("/notes", b"\xff\xfe", 400),
        ("/notes", b"x" * (21 * 1024 * 1024), 413),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_and_no_error_of_ours(
    callers: Machines, path: str, body: bytes, status: int
) -> None:
    answer = callers.office.post(path, body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no/such/thing", 404),
        ("PUT", "/plans", 405),
        ("GET", "/measures/99999999999999999999999", 422),
        ("GET", "/measures/0", 422),
        ("GET", "/plans/a%00b", 422),
        ("GET", "/plans?cursor=AAAA", 422),
        ("GET", "/plans?limit=1000", 422),
        ("GET", "/agencies?words=%00", 422),
    ],
)
def test_a_wrong_address_is_a_problem(callers: Machines, method: str, path: str, status: int) -> None:
    answer = callers.office.send(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_problems_are_told_in_the_language_asked_for(callers: Machines) -> None:
    told = callers.office.get("/plans/no-such-plan", **{"Accept-Language": "zh-hans"})
    assert told.json()["title"] == "没有这一项，或者您无权查看。"


def test_a_fault_in_a_call_is_told_by_the_name_that_was_sent_with_its_remedy_and_in_the_callers_language(
    callers: Machines,
) -> None:
    writer = callers.of(callers.world.secretariat)
    sent = json.dumps({"subject_kind": "plan.measure", "subject_id": "one"})
    headers = {"Authorization": f"Bearer {writer.secret}", "Idempotency-Key": "faults"}
    told = {}
    for language in ("en", "zh-CN"):
        answer = Client().post(
            f"{ROOT}/notes", sent, "application/json", headers={**headers, "Accept-Language": language}
        )
        assert answer.status_code == 422
        told[language] = {one["field"]: (one["what"], one["remedy"]) for one in answer.json()["faults"]}
    assert told["en"]["subject_id"] == (
        "this is not a whole number",
        "Send a whole number, without quotes.",
    )
    assert told["zh-CN"]["subject_id"] == ("这不是整数", "请发送不带引号的整数。")
    assert told["en"]["text"] == ("this is missing", "Send it.")
    beyond = (
        Client()
        .get(f"{ROOT}/plans?limit=100000", headers={**headers, "Accept-Language": "zh-CN"})
        .json()["faults"]
    )
    assert [one["field"] for one in beyond] == ["limit"] and "大于" in beyond[0]["what"]
    chinese = headers | {"Accept-Language": "zh-CN"}
    broken = Client().post(f"{ROOT}/notes", "{", "application/json", headers=chinese)
    assert broken.status_code == 400 and "Cannot parse" not in broken.content.decode()
    (shape,) = Client().get(f"{ROOT}/agencies/%20", headers=chinese).json()["faults"]
    assert "不符合格式" in shape["what"]
