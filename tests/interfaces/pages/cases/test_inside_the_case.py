"""Inside a case: status, goals, letters, papers and second officers are dealt with on its pages, by who may."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.builders import CaseWorld, build_case_world
from tests.interfaces.pages.cases.desk import client_of, number_in, sent, shown, worker_of
from tests.mechanism.cases.woman import link, open_case, referral_to

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Post
from concerted.interfaces.exchange.package import open_package
from concerted.mechanism.cases.acts import desks, entitlements, files
from concerted.mechanism.cases.acts.officers import declare_conflict
from concerted.mechanism.cases.acts.reports import take_report
from concerted.mechanism.cases.models import Case
from concerted.mechanism.cases.reads.cases import case_view

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> CaseWorld:
    found = build_case_world()
    access.set_demonstration_clock(officer=found.machine, at=found.at, day=found.at.date(), seed=1)
    return found


@pytest.fixture
def case(world: CaseWorld) -> Case:
    return open_case(world)


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def test_status_is_put_forward_decided_reviewed_and_turned_on_the_pages(world: CaseWorld, case: Case) -> None:
    worker, supervisor = worker_of(world, world.police), client_of(world.supervisor(world.police))
    sent(
        worker, "propose_status", case.pk, kind="recognition", finding="not_victim", basis="", reasons="No sale.",
    )  # fmt: skip
    page = shown(worker, "case", case.pk)
    assert "Put forward" in page
    assert str(world.supervisor(world.police)) in page, "who can decide is named"
    which = number_in(shown(supervisor, "case", case.pk), r"/status/(\d+)/decide/")
    shown(worker, "decide_status", case.pk, which, status=404)
    sent(supervisor, "decide_status", case.pk, which, note="")
    sent(worker, "review_status", case.pk, which, asked_by="person", grounds="Nobody asked her.")
    review = number_in(shown(worker, "case", case.pk), r"/review/(\d+)/withdraw/")
    shown(supervisor, "answer_status_review", case.pk, review, status=404)
    other = client_of(world.new_officer(world.police, Post.Function.CASE_SUPERVISOR))
    sent(
        other, "answer_status_review", case.pk, review, outcome="change", basis="palermo_art3", answer="She was held."
    )  # fmt: skip
    page = shown(worker, "case", case.pk)
    assert "Recognised as a victim" in page
    assert "The decision was turned" in page


def test_the_screening_stands_apart_from_what_was_decided(world: CaseWorld, case: Case) -> None:
    page = shown(worker_of(world, world.police), "case", case.pk)
    assert "A screening decides nothing." in page
    proposing = shown(worker_of(world, world.station), "work")
    assert "Put a decision" not in proposing


def test_an_agency_the_law_does_not_name_is_offered_a_presumption_only(world: CaseWorld) -> None:
    case = open_case(world, officer=world.worker(world.station))
    page = shown(worker_of(world, world.station), "propose_status", case.pk)
    assert 'value="presumption"' in page
    assert 'value="recognition"' not in page


def test_a_goal_is_decided_on_changed_and_the_plan_revised(world: CaseWorld, case: Case) -> None:
    police = worker_of(world, world.police)
    sent(police, "plan", case.pk, summary="Get well.", goals="Sleep\nWork")
    plan = number_in(shown(police, "case", case.pk), r"/plan/(\d+)/change/")
    version = number_in(shown(police, "change_plan", case.pk, plan), r'name="row_version" value="(\d+)"')
    sent(police, "change_plan", case.pk, plan, summary="Get well.", goals="Sleep\nLearn", row_version=version)
    stale = police.post(
        reverse("cases:change_plan", args=[case.pk, plan]), {"summary": "x", "goals": "y", "row_version": version}
    )  # fmt: skip
    assert "changed by somebody else" in stale.content.decode()
    sent(police, "agree_plan", case.pk, plan, agreed_how="In Chinese.")
    goals = re.findall(r"/goal/(\d+)/\"", shown(police, "case", case.pk))
    assert len(goals) == 2
    sent(police, "decide_goal", case.pk, goals[0], state="reached", note="She sleeps.")
    sent(police, "change_goal", case.pk, goals[1], text="Learn to sew", reason="Her wish.")
    page = shown(police, "case", case.pk)
    assert "She sleeps." in page and "Learn to sew" in page and "Her wish." in page
    revised = sent(police, "revise_plan", case.pk, plan)
    draft = shown(police, "change_plan", case.pk, int(revised["Location"].split("/")[-3]))
    assert "Learn to sew" in draft and "Sleep" not in draft


def _granted(world: CaseWorld, case: Case) -> int:
    asked = entitlements.request_entitlement(
        officer=world.worker(world.police), at=world.at, case=case, kind="relief"
    )
    return asked.pk


def test_a_letter_issued_anew_or_revoked_answers_not_valid_on_the_public_page(
    world: CaseWorld, case: Case
) -> None:
    supervisor = client_of(world.supervisor(world.police))
    which = _granted(world, case)
    assert "Decide on the entitlement" in shown(supervisor, "entitlement_letters", case.pk, which)
    sent(supervisor, "decide_entitlement", case.pk, which, **_day("since", 12, 4), **_day("until", 1, 6))
    written = {"holder": "A. B.", "language": "en", "form": "docx"}
    first = supervisor.post(reverse("cases:issue_letter", args=[case.pk, which]), written)
    assert first.status_code == 200
    letter = number_in(shown(supervisor, "entitlement_letters", case.pk, which), r"/letter/(\d+)/anew/")
    sent(supervisor, "renew_entitlement", case.pk, which, **_day("until", 1, 9))
    anew = supervisor.post(reverse("cases:replace_letter", args=[case.pk, letter]), written)
    assert anew["Content-Disposition"].endswith('.docx"')
    page = shown(supervisor, "entitlement_letters", case.pk, which)
    assert page.count("Not valid") == 1
    newer = number_in(page, r"/letter/(\d+)/anew/")
    assert newer != letter
    sent(supervisor, "revoke_letter", case.pk, newer)
    assert shown(supervisor, "entitlement_letters", case.pk, which).count("Not valid") == 2
    sent(supervisor, "revoke_entitlement", case.pk, which, reason="An error.")
    assert "Revoked" in shown(supervisor, "entitlement_letters", case.pk, which)


def _day(name: str, day: int, month: int) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": "2010"}


def test_who_asked_for_an_entitlement_is_told_who_decides_and_is_offered_no_decision(
    world: CaseWorld, case: Case
) -> None:
    alone = world.supervisor(world.police)
    asked = entitlements.request_entitlement(officer=alone, at=world.at, case=case, kind="relief")
    page = shown(client_of(alone), "entitlement_letters", case.pk, asked.pk)
    assert "Nobody in your agency can decide it" in page
    assert "Decide on the entitlement" not in page
    second = world.new_officer(world.police, Post.Function.CASE_SUPERVISOR)
    assert str(second) in shown(client_of(alone), "entitlement_letters", case.pk, asked.pk)


def test_the_closing_names_who_can_decide_and_offers_it_to_nobody_else(world: CaseWorld, case: Case) -> None:
    worker, supervisor = worker_of(world, world.police), client_of(world.supervisor(world.police))
    sent(worker, "closing", case.pk, closing="opened_in_error", note="")
    page = shown(worker, "case", case.pk)
    assert str(world.supervisor(world.police)) in page
    assert "Take the proposal back" in page
    assert "Agree to close" not in shown(worker, "closing", case.pk)
    assert "Agree to close" in shown(supervisor, "closing", case.pk)
    assert "Decide whether to close" not in shown(worker, "work")
    assert "Decide whether to close" in shown(supervisor, "work")
    sent(worker, "closing", case.pk, refuse="1")
    assert "Proposed to be closed" not in shown(worker, "case", case.pk)


def test_an_officer_set_aside_from_the_case_is_no_second_officer(world: CaseWorld, case: Case) -> None:
    worker = worker_of(world, world.police)
    aside = world.new_officer(world.police, Post.Function.CASE_SUPERVISOR)
    declare_conflict(
        officer=world.supervisor(world.police), at=world.at, case=case, related=aside, reason="Her brother."
    )
    sent(worker, "closing", case.pk, closing="opened_in_error", note="")
    page = shown(client_of(world.worker(world.police)), "closing", case.pk)
    assert page.count(str(aside)) == 1, "both are called by their post, and one of them is set aside"


def _paper(client: Client, case: Case, title: str, text: bytes) -> int:
    content = SimpleUploadedFile("note.txt", text)
    values = {"section": "contact", "title": title, "kind": "note", "content": content}
    answer = client.post(reverse("cases:add_document", args=[case.pk]), values)
    assert answer.status_code == 302
    return number_in(shown(client, "case", case.pk), r"/document/(\d+)/\"")


def test_a_withdrawn_paper_is_gone_from_the_page_for_a_reason_that_is_kept(
    world: CaseWorld, case: Case
) -> None:
    police = worker_of(world, world.police)
    which = _paper(police, case, "A receipt", b"twelve yuan")
    refused = police.post(reverse("cases:withdraw_document", args=[case.pk, which]), {"reason": ""})
    assert refused.status_code == 200
    sent(police, "withdraw_document", case.pk, which, reason="Another person's.")
    assert "A receipt" not in shown(police, "case", case.pk)
    assert police.get(reverse("cases:document", args=[case.pk, which])).status_code == 404


def test_papers_of_the_sections_go_into_the_sealed_package_and_no_other(world: CaseWorld, case: Case) -> None:
    police = worker_of(world, world.police)
    which = _paper(police, case, "A map", b"the way to the station")
    files.add_document(
        officer=world.worker(world.police), at=world.at, case=case, section="shelter_address", kind="x", title="y"
    )  # fmt: skip
    made = sent(
        police, "refer_outside", case.pk, giver="self", name="Dr. Chen", contact="by post", service="legal_aid",
        urgency="routine", reason="Advice.", sections=["contact"], purpose="legal_aid", language="zh",
        **_day("until", 1, 6),
    )  # fmt: skip
    referral = int(made["Location"].split("/")[-2])
    page = shown(police, "package", referral)
    assert page.count('name="documents"') == 1
    answer = police.post(
        reverse("cases:package", args=[referral]),
        {"channel": "telephone", "language": "en", "documents": [str(which)]},
    ).content.decode()
    data = re.search(r"base64,([^\"]+)\"", answer)
    code = re.search(r"<strong><code>([^<]+)</code>", answer)
    assert data is not None
    assert code is not None
    inside = open_package(b64decode(data[1]), code[1])
    attached = [name for name in inside if name.startswith("attachment")]
    assert attached == ["attachment-1.txt"]
    assert inside[attached[0]] == b"the way to the station"
    assert "map" not in " ".join(inside)
    assert "not acknowledged yet" in shown(police, "referral", referral)
    receipt = json.loads(inside["referral.json"])["acknowledgement"]
    Client().post(reverse("tell:acknowledge"), {"code": receipt})
    assert "received" in shown(police, "referral", referral)
    assert "not acknowledged yet" not in shown(police, "referral", referral)
    forged = police.post(
        reverse("cases:package", args=[referral]),
        {"channel": "telephone", "language": "en", "documents": ["999"]},
    )
    assert "base64" not in forged.content.decode()


def test_print_never_holds_a_sealed_section_nor_a_word_of_one(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    for section, field in (
        ("shelter_address", "address"),
        ("new_identity", "name"),
        ("witness_protection", "threat"),
        ("health_detail", "diagnosis"),
    ):
        files.write_section(
            officer=worker, at=world.at, case=case, section=section, values={field: f"SECRET {section}"}
        )
    page = shown(client_of(worker), "print", case.pk)
    assert "SECRET" not in page
    for section in case_view(officer=worker, at=world.at, case=case).sections:
        if section.kind.is_sealed:
            assert str(section.kind.label) not in page


def test_an_hour_clock_shows_its_moment_with_the_zone_and_how_late_it_is(
    world: CaseWorld, case: Case
) -> None:
    referral_to(world, case, world.hospital, urgency="emergency")
    nurse = client_of(world.duty(world.hospital))
    page = shown(nurse, "work")
    assert "UTC+08:00" in page
    access.set_demonstration_clock(
        officer=world.machine, at=world.later(hours=5), day=world.at.date(), seed=1
    )
    late = shown(nurse, "work")
    assert "Overdue" in late
    assert re.search(r"\d hours late", late)


def test_the_public_form_asks_the_facts_of_the_six_conditions_plainly_and_an_urgent_duty_follows(
    world: CaseWorld,
) -> None:
    desks.name_intake_desk(officer=world.supervisor(world.police), at=world.at, place_code="000000")
    nobody = Client(HTTP_ACCEPT_LANGUAGE="en")
    page = nobody.get(reverse("tell:report")).content.decode()
    assert "Is somebody missing?" in page
    assert "declined" not in page, "whoever reports is not asked whether an answer was declined"
    told = nobody.post(
        reverse("tell:report"),
        {"narrative": "My sister is gone.", "urgency": "urgent", "fact_missing": "yes", "fact_age_band": "under_14"},
    )  # fmt: skip
    assert "govuk-panel__title" in told.content.decode()
    assert not told.cookies
    police = worker_of(world, world.police)
    listed = shown(police, "reports")
    report = number_in(listed, r"/cases/report/(\d+)/")
    assert "A child under 14 or a girl of 14 to 17 is missing" in shown(police, "report", report)
    assert "Open a criminal case at once" in shown(police, "work")


@pytest.mark.parametrize("name", ["report", "standing", "letter", "acknowledge"])
@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_a_public_page_leaves_no_trace_and_speaks_the_language_of_its_address(
    name: str, language: str, lang: str, settings: Any
) -> None:
    settings.QUICK_EXIT = "https://weather.example/"
    client = Client(enforce_csrf_checks=True)
    for answer in (
        client.get(reverse(f"tell:{name}") + f"?lang={language}"),
        client.post(reverse(f"tell:{name}"), {"lang": language}),
    ):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert f'lang="{lang}"' in text
        assert 'href="https://weather.example/"' in text
        assert "csrf" not in text
        assert text.count("<script") == 1


def test_every_page_a_victim_may_watch_has_the_quick_exit(
    world: CaseWorld, case: Case, settings: Any
) -> None:
    settings.QUICK_EXIT = "https://weather.example/"
    police = worker_of(world, world.police)
    pages = [
        ("case", case.pk), ("screening", case.pk), ("consents", case.pk), ("assess", case.pk), ("plan", case.pk),
        ("write", case.pk, "account"), ("section", case.pk, "shelter_address"), ("person", case.pk),
        ("propose_status", case.pk), ("service", case.pk), ("note", case.pk), ("take_report",),
    ]  # fmt: skip
    for name, *arguments in pages:
        page = shown(police, name, *arguments)
        assert page.count("data-quick-exit") == 1, name
        assert "weather.example" in page, name
        assert "cases/exit.js" in page, name
    assert "data-quick-exit" not in shown(police, "list")


def test_every_form_with_a_long_text_keeps_what_is_typed_under_a_secret_of_the_officer_alone(
    world: CaseWorld, case: Case
) -> None:
    first, again = worker_of(world, world.police), worker_of(world, world.police)
    other = client_of(world.supervisor(world.police))

    def secret(client: Client, name: str, *arguments: Any) -> str:
        found = re.search(r'data-draft-secret="([0-9a-f]{32})"', shown(client, name, *arguments))
        assert found is not None, name
        return found[1]

    names = ["assess", "plan", "note", "message", "refer_outside", "propose_status", "screening", "spine"]
    kept = {name for name in names if "data-draft-secret" in shown(first, name, case.pk)}
    assert kept == set(names) - {"spine"}, "a form without a long text keeps nothing"
    assert secret(first, "write", case.pk, "account") == secret(again, "note", case.pk)
    assert secret(first, "note", case.pk) != secret(other, "note", case.pk)
    assert "data-draft-secret" not in Client().get(reverse("tell:report")).content.decode()


def test_every_page_beside_which_the_person_may_sit_has_the_quick_exit(world: CaseWorld, case: Case) -> None:
    police, officer = worker_of(world, world.police), world.worker(world.police)
    person, referral = link(world, case), referral_to(world, case, world.station)
    report = take_report(officer=officer, at=world.at, channel="hotline", narrative="She called.")
    one = (case.pk,)
    pages: list[tuple[str, tuple[Any, ...]]] = [
        *(("take_report", ()), ("report", (report.pk,)), ("decide_report", (report.pk, "open_case"))),
        *(("record", (person.pk,)), ("referral", (referral.pk,)), ("say", (person.pk, "birth"))),
        *((name, one) for name in ("case", "rights", "ask_right", "object_to", "refer", "disclose", "print")),
        *(
            (name, one)
            for name in ("take_consent", "consents", "person", "screening", "ask_bed", "offer_lead")
        ),
    ]
    without = [name for name, args in pages if "data-quick-exit" not in shown(police, name, *args)]
    assert not without


def test_a_section_is_not_saved_empty_and_one_that_was_emptied_is_not_called_erased(
    world: CaseWorld, case: Case
) -> None:
    police = worker_of(world, world.police)
    answer = police.post(reverse("cases:write", args=[case.pk, "travel"]), {"row_version": ""})
    assert answer.status_code == 200 and "Nothing is written in it." in answer.content.decode()
    assert "Erased." not in shown(police, "case", case.pk)
    sent(police, "write", case.pk, "travel", row_version="", route="By train.")
    sent(police, "write", case.pk, "travel", row_version="1", route="")
    for page in (shown(police, "case", case.pk), shown(police, "section", case.pk, "travel")):
        assert "Every field was emptied here." in page and "Erased." not in page
