"""From a plan's text to a plan in force on pages: read, corrected, changed, adopted; what is refused says why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer
from concerted.interfaces.commands.reference import load_plans
from concerted.mechanism.plan.acts import documents
from concerted.mechanism.plan.models import InternalNote, Measure, PlanDraft, PlanVersion

pytestmark = pytest.mark.django_db

PLAN = "reporting-plan"
TEXT = """National Plan of Examplia (2011-2014)

I. Prevention
1. Tell the villages what recruiters promise. (lead: Ministry of Civil Affairs)
2. Watch the stations. (lead: Ministry of Stations)
"""


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    access.set_demonstration_clock(officer=found.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return found


@pytest.fixture
def office(nation: Reporting) -> Client:
    return _client(nation.world.secretariat)


def _client(officer: Officer, *, language: str = "en") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:600]
    return answer.content.decode()


def _revised(nation: Reporting, key: str = "m1") -> Measure:
    """The measure in the plan's open revision, which is opened when there is none."""
    officer = nation.world.secretariat
    with nation.world.seen_by(officer):
        if not PlanVersion.objects.filter(plan=nation.plan, state="draft").exists():
            documents.start_revision(officer=officer, at=MONDAY, plan=nation.plan)
        return Measure.objects.select_related("version__plan__office").get(
            version__plan=nation.plan, version__state="draft", key=key
        )


def _handed_in(nation: Reporting, office: Client) -> PlanDraft:
    office.post(reverse("plan:drafts"), {"file": SimpleUploadedFile("examplia.txt", TEXT.encode())})
    return _the_draft(nation)


def _the_draft(nation: Reporting) -> PlanDraft:
    with nation.world.seen_by(nation.world.secretariat):
        return PlanDraft.objects.get(filename="examplia.txt")


def _wording(measure: Measure, **changes: Any) -> dict[str, Any]:
    """What the form of a measure sends, with some fields typed anew."""
    names = ("number", "title_en", "title_zh", "text_en", "text_zh", "deadline_kind", "lead_note", "note")
    return {name: getattr(measure, name) for name in names} | {"row_version": measure.row_version} | changes


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(nation: Reporting, office: Client, language: str) -> None:
    draft, revised = _handed_in(nation, office), _revised(nation)
    client = _client(nation.world.secretariat, language=language)
    pages = [reverse("plan:list"), reverse("plan:drafts"), reverse("plan:draft", args=[draft.pk])]
    for name in ("plan", "matrix", "timeline", "dependencies"):
        address = reverse(f"plan:{name}", args=[PLAN])
        pages += [address, f"{address}?version=2"]
    pages += [reverse("plan:adopt", args=[PLAN]), reverse("plan:compare", args=[PLAN, 1, 2])]
    pages += [reverse("plan:measure", args=[revised.pk]), reverse("plan:edit_measure", args=[revised.pk])]
    pages += [reverse("plan:measure", args=[nation.measure("m1").pk])]
    for address in pages:
        assert "<h1" in _text(client, address)


def test_a_text_handed_in_is_read_beside_its_source(nation: Reporting, office: Client) -> None:
    draft = _handed_in(nation, office)
    text = _text(office, reverse("plan:draft", args=[draft.pk]))
    assert "Tell the villages what recruiters promise" in text
    assert "Ministry of Stations" in text
    assert "1 unknown agency" in text


def test_a_file_that_is_no_plan_is_refused_with_the_reason(nation: Reporting, office: Client) -> None:
    answer = office.post(reverse("plan:drafts"), {"file": SimpleUploadedFile("plan.docx", b"no document")})
    assert answer.status_code == 400
    assert "govuk-error-summary" in answer.content.decode()


def test_a_row_is_corrected_and_an_unknown_agency_resolved(nation: Reporting, office: Client) -> None:
    draft = _handed_in(nation, office)
    first = draft.reading["measures"][0]
    line = f"m{first['line']}"
    said: Mapping[str, Any] = {
        "row_version": draft.row_version,
        "title": "Plan of Examplia",
        f"{line}-text": "Tell every village.",
        f"{line}-number": first["number"],
        f"{line}-strand": first["strand"],
        f"{line}-leads": first["leads"],
        f"{line}-supports": first["supports"],
        "u0-agency": "mca",
        "u0-role": "lead",
    }
    assert office.post(reverse("plan:draft", args=[draft.pk]), said).status_code == 302
    reading = _the_draft(nation).reading
    assert reading["title"] == "Plan of Examplia"
    assert reading["measures"][0]["text"] == "Tell every village."
    assert "mca" in reading["measures"][1]["leads"]


def test_a_stale_correction_changes_nothing(nation: Reporting, office: Client) -> None:
    draft = _handed_in(nation, office)
    stale = {"row_version": draft.row_version - 1, "title": "Overwritten"}
    assert office.post(reverse("plan:draft", args=[draft.pk]), stale).status_code == 400
    assert _the_draft(nation).reading["title"] != "Overwritten"


def test_a_corrected_text_becomes_a_draft_version(nation: Reporting, office: Client) -> None:
    draft = _handed_in(nation, office)
    answer = office.post(reverse("plan:take_over", args=[draft.pk]), {"take-key": "examplia"})
    assert answer.status_code == 302
    text = _text(office, answer["Location"])
    assert "Watch the stations" in text
    assert _client(nation.world.focal_point).get(answer["Location"]).status_code == 404


def test_a_measure_of_a_draft_is_changed(nation: Reporting, office: Client) -> None:
    measure = _revised(nation)
    address = reverse("plan:edit_measure", args=[measure.pk])
    assert office.post(address, _wording(measure, title_en="Open more shelters")).status_code == 302
    assert _revised(nation).title_en == "Open more shelters"


def test_a_stale_edit_shows_both_wordings_and_keeps_the_standing_one(
    nation: Reporting, office: Client
) -> None:
    measure = _revised(nation)
    address = reverse("plan:edit_measure", args=[measure.pk])
    office.post(address, _wording(measure, title_en="Open many shelters"))
    answer = office.post(address, _wording(measure, title_en="Open few shelters"))
    assert answer.status_code == 412
    assert "Open many shelters" in answer.content.decode()
    assert "Open few shelters" in answer.content.decode()
    assert _revised(nation).title_en == "Open many shelters"


def test_an_adopted_measure_cannot_be_changed(nation: Reporting, office: Client) -> None:
    measure = nation.measure("m1")
    answer = office.post(reverse("plan:edit_measure", args=[measure.pk]), _wording(measure, title_en="Gone"))
    assert answer.status_code == 409
    assert nation.measure("m1").title_en == "Open shelters"


def test_a_ring_of_measures_that_wait_for_each_other_is_refused(nation: Reporting, office: Client) -> None:
    first, second = _revised(nation, "m1"), _revised(nation, "m2")

    def wait(one: Measure, other: Measure) -> int:
        said = {"need-needs": other.pk, "need-lag_days": 0}
        return office.post(reverse("plan:add_need", args=[one.pk]), said).status_code

    assert wait(first, second) == 302
    assert wait(second, first) == 400
    with nation.world.seen_by(nation.world.secretariat):
        assert second.dependencies.count() == 0


def test_adoption_is_refused_with_everything_that_stands_in_the_way(
    nation: Reporting, office: Client
) -> None:
    measure = _revised(nation, "m2")
    with nation.world.seen_by(nation.world.secretariat):
        part = measure.responsibilities.get()
    office.post(reverse("plan:remove_entry", args=[measure.pk, "part", part.pk]))
    answer = office.post(reverse("plan:adopt", args=[PLAN]), {"adopted_on": "2010-04-12"})
    assert answer.status_code == 400
    assert "1 thing stands in the way" in answer.content.decode()
    assert _revised(nation).version.state == "draft"


def test_a_revision_is_adopted_and_the_version_before_superseded(nation: Reporting, office: Client) -> None:
    measure = _revised(nation)
    office.post(reverse("plan:edit_measure", args=[measure.pk]), _wording(measure, title_en="Keep shelters"))
    assert office.post(reverse("plan:adopt", args=[PLAN]), {"adopted_on": "2010-04-12"}).status_code == 302
    with nation.world.seen_by(nation.world.secretariat):
        states = dict(PlanVersion.objects.filter(plan=nation.plan).values_list("number", "state"))
    assert states == {1: "superseded", 2: "adopted"}
    assert "Keep shelters" in _text(_client(nation.world.provincial), reverse("plan:plan", args=[PLAN]))


def test_a_note_is_read_by_its_own_agency_alone(nation: Reporting) -> None:
    address = reverse("plan:measure", args=[nation.measure("m1").pk])
    ministry = _client(nation.world.focal_point)
    ministry.post(
        reverse("plan:write_note", args=[nation.measure("m1").pk]), {"note-text": "Ask the county."}
    )
    assert "Ask the county." in _text(ministry, address)
    assert "Ask the county." in _text(_client(nation.world.clearer), address)
    for other in (nation.world.secretariat, nation.world.provincial):
        assert "Ask the county." not in _text(_client(other), address)


def test_a_form_pressed_twice_acts_once_other_words_are_another_act_and_what_was_refused_is_sent_again(
    nation: Reporting,
) -> None:
    measure = nation.measure("m1").pk
    page, write = reverse("plan:measure", args=[measure]), reverse("plan:write_note", args=[measure])
    ministry = _client(nation.world.focal_point)
    key = re.search(r'name="once" value="([0-9a-f]{32})"', _text(ministry, page))
    assert key is not None

    def press(text: str) -> Any:
        return ministry.post(write, {"note-text": text, "once": key[1]})

    def standing() -> list[str]:
        with nation.world.seen_by(nation.world.focal_point):
            return sorted(InternalNote.objects.values_list("text", flat=True))

    assert [press("").status_code for _ in range(2)] == [press("").status_code] * 2
    first, second = press("Ask the county."), press("Ask the county.")
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert "It was sent twice and taken once." in _text(ministry, page)
    assert standing() == ["Ask the county."]
    press("Ask the town too.")
    assert standing() == ["Ask the county.", "Ask the town too."]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_leave_as_files(nation: Reporting, office: Client, kind: str) -> None:
    _revised(nation)
    for address in (
        reverse("plan:matrix", args=[PLAN]),
        reverse("plan:dependencies", args=[PLAN]),
        reverse("plan:compare", args=[PLAN, 1, 2]),
    ):
        answer = office.get(f"{address}?format={kind}")
        assert answer.status_code == 200
        assert f".{kind}" in answer["Content-Disposition"], address


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_a_plan_file_reads_back_as_the_same_version(nation: Reporting, office: Client, form: str) -> None:
    taken = office.get(reverse("plan:download", args=[PLAN, form]))
    again = SimpleUploadedFile(f"again.{form}", taken.content)
    answer = office.post(reverse("plan:drafts"), {"file": again}, follow=True)
    assert answer.status_code == 200
    assert "The plan file is stored as a draft version." in answer.content.decode()
    with nation.world.seen_by(nation.world.secretariat):
        assert PlanVersion.objects.filter(plan=nation.plan, state="draft").count() == 1


def test_a_plan_of_which_little_was_read_is_not_told_as_read(nation: Reporting, office: Client) -> None:
    load_plans()
    listed = office.get("/plans/").content.decode()
    (row,) = re.findall(r"<tr>(?:(?!</tr>).)*hunan-2009-2012.*?</tr>", listed, re.DOTALL)
    assert "Its list of measures was not read in full." in row
    assert "day of adoption not read" in row and "every measure read" not in row
    (row,) = re.findall(r"<tr>(?:(?!</tr>).)*yunnan-2008.*?</tr>", listed, re.DOTALL)
    assert "every measure read" not in row and ">not read<" in row
    assert "day of adoption not read" in office.get("/plans/hunan-2009-2012/").content.decode()
    assert "day of adoption not read" in Client().get("/public/plans/hunan-2009-2012/").content.decode()


@pytest.mark.parametrize("sent", [30, 27])
def test_a_file_too_large_to_be_taken_is_refused_with_the_limit_and_what_to_do(
    nation: Reporting, office: Client, sent: int
) -> None:
    answer = office.post(
        reverse("plan:drafts"), {"file": SimpleUploadedFile("plan.docx", b"x" * (sent * 1024 * 1024))}
    )
    text = answer.content.decode()
    assert answer.status_code == 413
    assert "larger than 26 MB" in text and "20 MB" in text
    assert "20 MB at most" in _text(office, reverse("plan:drafts"))


def test_the_chinese_page_says_once_of_how_much_it_holds_no_chinese_wording(nation: Reporting) -> None:
    for address in (reverse("plan:plan", args=[PLAN]), reverse("public:plan", args=[PLAN])):
        chinese = _text(_client(nation.world.secretariat, language="zh-hans"), address)
        assert chinese.count("5项措施有4项、1个部分标题有1个没有中文表述") == 1
        english = _text(_client(nation.world.secretariat, language="en"), address)
        assert "holds no English wording" not in english
