"""The pages of case work show each agency its share alone, and every act on them does what the officer sees."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.builders import CaseWorld, build_case_world
from tests.interfaces.pages.cases.desk import client_of as _client
from tests.interfaces.pages.cases.desk import sent as _post
from tests.interfaces.pages.cases.desk import shown as _page
from tests.interfaces.pages.cases.desk import worker_of as _worker
from tests.mechanism.cases.woman import consent_to, link, open_case, referral_to

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Post
from concerted.foundation.people.acts.persons import add_statement, record_person
from concerted.foundation.people.values import Description, Statement
from concerted.mechanism.cases.acts import desks, directory, messages, referrals
from concerted.mechanism.cases.acts.files import link_person, write_section
from concerted.mechanism.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> CaseWorld:
    found = build_case_world()
    access.set_demonstration_clock(officer=found.machine, at=found.at, day=found.at.date(), seed=1)
    return found


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def _until(year: str = "2010", month: str = "09", day: str = "1") -> dict[str, str]:
    return {"until-year": year, "until-month": month, "until-day": day}


def _said(year: str, month: str, day: str) -> dict[str, str]:
    return {"said_on-year": year, "said_on-month": month, "said_on-day": day}


def test_a_woman_is_taken_from_report_to_accepted_referral_on_the_pages_alone(world: CaseWorld) -> None:
    police, station = _worker(world, world.police), _worker(world, world.station)
    taken = _post(
        police, "take_report", channel="hospital", urgency="urgent", place_code="530000",
        narrative="A nurse calls.", fact_missing="no", fact_sex="female",
    )  # fmt: skip
    opened = _post(
        police,
        "decide_report",
        int(taken["Location"].split("/")[-2]),
        "open_case",
        age_band="adult",
        risk="high",
    )
    case = int(opened["Location"].split("/")[-2])
    _post(police, "person", case, role="victim", kind="person", name="王小芳", sex="female")
    assert "王小芳" in _page(police, "case", case)
    _post(police, "write", case, "contact", number="0871 555", hours_said="not_asked")
    _post(
        police, "take_consent", case, query=f"?to={world.station.key}", giver="self", purpose="protection",
        sections=["identity", "contact"], language="zh", **_until(),
    )  # fmt: skip
    refer = reverse("cases:refer", args=[case]) + f"?to={world.station.key}"
    consent = re.search(r'value="(consent-\d+)"', police.get(refer).content.decode())
    assert consent is not None
    sent = _post(
        police, "refer", case, query=f"?to={world.station.key}", service="shelter", urgency="urgent",
        reason="A bed tonight.", basis=consent[1], sections=["identity", "contact"], purpose="protection", **_until(),
    )  # fmt: skip
    referral = int(sent["Location"].split("/")[-2])

    preview = _page(station, "referral", referral)
    assert "A bed tonight." in preview and "王小芳" not in preview
    _page(station, "case", case, status=404)
    _post(station, "answer_referral", referral, "accept", note="Come.")
    theirs = _page(station, "case", case)
    assert "王小芳" in theirs and "0871 555" in theirs
    assert "Not asked" in theirs
    _page(_worker(world, world.outsider), "case", case, status=404)
    assert "Read the answer" not in _page(police, "work")
    assert "The referral was accepted" in _page(police, "work")


def test_my_work_shows_the_most_overdue_first_and_no_name(world: CaseWorld) -> None:
    case = open_case(world)
    referral = referral_to(world, case, world.station)
    late = world.later(days=20)
    access.set_demonstration_clock(officer=world.machine, at=late, day=late.date(), seed=1)
    shown = _page(_worker(world, world.station), "work")
    assert reverse("cases:referral", args=[referral.pk]) in shown
    assert "Overdue" in shown


def test_a_sealed_section_stays_shut_on_the_case_page_and_in_print_and_opens_with_a_reason(
    world: CaseWorld,
) -> None:
    case = open_case(world)
    write_section(
        officer=world.worker(world.police), at=world.at, case=case, section="shelter_address",
        values={"address": "Lane 7"},
    )  # fmt: skip
    police = _worker(world, world.police)
    assert "Lane 7" not in _page(police, "case", case.pk)
    assert "Lane 7" not in _page(police, "print", case.pk)
    assert "Lane 7" not in _page(police, "section", case.pk, "shelter_address")
    address = reverse("cases:section", args=[case.pk, "shelter_address"])
    assert "Lane 7" not in police.post(address, {"why": ""}).content.decode()
    assert "Lane 7" in police.post(address, {"why": "night transport"}).content.decode()
    trail = _page(_client(world.supervisor(world.police)), "trail", case.pk)
    assert "night transport" in trail


def test_a_withdrawn_consent_ends_what_was_given_and_the_page_says_who_holds_what(world: CaseWorld) -> None:
    case = open_case(world)
    link(world, case)
    sent, station = referral_to(world, case, world.station), _worker(world, world.station)
    _post(station, "answer_referral", sent.pk, "accept")
    police = _worker(world, world.police)
    [consent] = re.findall(r"consent/withdraw/\?consent=(\d+)", _page(police, "consents", case.pk))
    address = reverse("cases:withdraw_consent", args=[case.pk])
    asked = police.get(address, {"consent": consent}).content.decode()
    assert "may lose her name" in asked and re.search(rf'value="{consent}"[^>]*checked', asked)
    said = {"which": consent, "received_by": "Officer Li", "presence": "alone", **_said("2010", "1", "1")}
    assert "There is a problem" in police.post(address, said).content.decode(), "it is asked twice"
    _post(police, "withdraw_consent", case.pk, **said, is_sure="on")
    shown = _page(police, "consents", case.pk)
    assert "consents have ended" not in shown
    assert "the consent under it has ended" in shown and "Kunming Relief Station" in shown
    assert "By consent: The person" in shown
    assert "took the consent under this referral back" in _page(station, "referral", sent.pk)
    again = police.get(reverse("cases:refer", args=[case.pk]), {"to": world.station.key}).content.decode()
    assert "took her consent to this agency back" in again and "Choose a basis" in again


def test_a_referral_is_declined_with_a_code_and_the_sender_reads_it(world: CaseWorld) -> None:
    case = open_case(world)
    referral = referral_to(world, case, world.hospital)
    hospital = _worker(world, world.hospital)
    refused = hospital.post(
        reverse("cases:answer_referral", args=[referral.pk, "decline"]), {"code": "nonsense"}
    )
    assert refused.status_code == 200
    _post(hospital, "answer_referral", referral.pk, "decline", code="no_capacity", note="Full.")
    police = _worker(world, world.police)
    shown = _page(police, "referral", referral.pk)
    assert "No capacity now" in shown
    _post(police, "answer_referral", referral.pk, "see_feedback")
    assert "Feedback read" in _page(police, "referral", referral.pk)


def test_the_screening_page_gives_reasons_without_scripts_and_as_a_part(world: CaseWorld) -> None:
    case = open_case(world)
    police = _worker(world, world.police)
    shown = _page(police, "screening", case.pk)
    names = re.findall(r'name="([A-Z]+-\d+)"', shown)
    assert names
    answers = {
        **dict.fromkeys(names, "yes"), "list": "adult_labour", "screener_role": "police",
        "source_of_identification": "police_operation", "act": "yes",
    }  # fmt: skip
    address = reverse("cases:screening", args=[case.pk])
    whole = police.post(address, {**answers, "show": "1"}).content.decode()
    assert "because of" in whole and "<html" in whole
    part = police.post(address, answers, headers={"HX-Request": "true"}).content.decode()
    assert "because of" in part and "<html" not in part
    _post(police, "screening", case.pk, **answers, keep="1")
    assert "never a legal finding" in _page(police, "case", case.pk)


def test_a_case_is_closed_by_a_second_person_on_its_page_and_reopened_with_a_reason(world: CaseWorld) -> None:
    case = open_case(world)
    worker, supervisor = _worker(world, world.police), _client(world.supervisor(world.police))
    _post(worker, "step", case.pk, step="protect")
    _post(worker, "closing", case.pk, closing="lost_contact")
    own = worker.post(reverse("cases:closing", args=[case.pk]), {"note": ""})
    assert own.status_code in (200, 404)
    _post(supervisor, "closing", case.pk, note="Seen.")
    _post(worker, "reopen", case.pk, reason="She called.")
    assert "She called." in _page(worker, "case", case.pk)


def test_lists_filter_keep_filters_and_give_files_out_after_a_preview(world: CaseWorld) -> None:
    case: Case = open_case(world)
    supervisor = _client(world.supervisor(world.police))
    _post(supervisor, "save_filter", name="Urgent ones", urgency="urgent")
    shown = _page(supervisor, "list")
    assert "Urgent ones" in shown and case.number in shown
    file = re.search(r'name="file" value="(\d+)"', shown)
    assert file is not None
    to = str(world.worker(world.police).pk)
    preview = supervisor.post(reverse("cases:assign"), {"file": file[1], "to": to}).content.decode()
    assert "is given out" in preview
    typed = {"shown": file[1], "everything": "1", "to": to, "confirmed": "1"}
    given = supervisor.post(reverse("cases:assign"), {**typed, "query": "urgency=urgent&number=x"})
    assert given["Location"].endswith("/cases/list/?urgency=urgent"), "back to the same list"
    assert (
        case.number in _worker(world, world.police).get(reverse("cases:list") + "?mine=on").content.decode()
    )
    assert (
        case.number
        not in _worker(world, world.police).get(reverse("cases:list") + "?stage=closed").content.decode()
    )


def test_a_message_goes_to_an_agency_on_the_case_and_a_note_to_nobody(world: CaseWorld) -> None:
    case = open_case(world)
    station, police = _worker(world, world.station), _worker(world, world.police)
    _post(station, "answer_referral", referral_to(world, case, world.station).pk, "accept")
    _post(police, "message", case.pk, to=[world.station.key], text="She arrives at eight.")
    _post(police, "note", case.pk, text="Own note.")
    theirs = _page(station, "case", case.pk)
    assert "She arrives at eight." in theirs and "Own note." not in theirs
    assert "Own note." in _page(police, "case", case.pk)
    assert f"/cases/{case.pk}/#messages" in _page(station, "work")
    assert "Mark the messages as read" in theirs
    _post(station, "messages_read", case.pk)
    assert "Mark the messages as read" not in _page(station, "case", case.pk)
    assert f"/cases/{case.pk}/#messages" not in _page(station, "work"), "read here, read there"


def test_the_agency_is_warned_at_entry_that_it_may_know_the_person(world: CaseWorld) -> None:
    case = open_case(world)
    police = _worker(world, world.police)
    words = {"role": "victim", "kind": "person", "name": "李秀英", "sex": "female"}
    _post(police, "person", case.pk, **words)
    warned = police.post(reverse("cases:person", args=[case.pk]), words).content.decode()
    assert "may know this person already" in warned
    _post(police, "person", case.pk, **words, same="another")


def test_sections_are_given_on_a_basis_and_recalled(world: CaseWorld) -> None:
    case = open_case(world)
    police = _worker(world, world.police)
    where = f"?to={world.station.key}"
    consent = consent_to(world, case, world.station)
    _post(
        police, "disclose", case.pk, query=where, basis=f"consent-{consent.pk}", sections=["contact"],
        purpose="protection", **_until("2010", "05", "1"),
    )  # fmt: skip
    shown = _page(police, "consents", case.pk)
    recall = re.search(r"/give/(\d+)/recall/", shown)
    assert recall is not None
    _post(police, "recall", case.pk, int(recall[1]))
    assert "Recalled" in _page(police, "consents", case.pk)


def test_news_that_was_shown_is_marked_as_read_at_once_without_a_script(world: CaseWorld) -> None:
    case = open_case(world)
    police, station = _worker(world, world.police), _worker(world, world.station)
    sent = referral_to(world, case, world.station)
    referrals.accept_referral(officer=world.worker(world.station), at=world.at, referral=sent)
    now: dict[str, Any] = {"officer": world.worker(world.police), "at": world.at, "case": case}
    for text in ("How is she?", "Please call."):
        messages.send_message(**now, to=[world.station], text=text)
    desk = station.get(reverse("cases:work")).content.decode()
    assert f'href="{reverse("cases:case", args=[case.pk])}">{case.number}</a>' in desk
    shown = re.findall(r'name="news" value="(\d+)"', desk)
    assert len(shown) > 2
    messages.send_message(**now, to=[world.station], text="It is urgent.")
    answer = station.post(reverse("cases:all_seen"), {"news": [*shown, "x", "9" * 40]})
    assert answer["Location"] == "/cases/#news"
    page = station.get(reverse("cases:work")).content.decode()
    assert page.count("Mark as read") == 1 and "Mark all as read" not in page
    assert not set(shown) & set(re.findall(r"/cases/news/(\d+)/seen/", page))
    assert station.post(reverse("cases:all_seen")).status_code == 302
    assert police.get(reverse("cases:all_seen")).status_code == 302


def test_the_public_reports_without_a_name_and_asks_by_code_how_it_stands(world: CaseWorld) -> None:
    desks.name_intake_desk(officer=world.supervisor(world.police), at=world.at, place_code="000000")
    nobody = Client(HTTP_ACCEPT_LANGUAGE="en")
    page = nobody.get(reverse("tell:report"))
    assert not page.cookies
    assert page["Referrer-Policy"] == "no-referrer"
    assert "baidu" in page.content.decode()
    taken = nobody.post(reverse("tell:report"), {"narrative": "A girl is held.", "urgency": "urgent"})
    code = re.search(r"govuk-panel__title\">([^<]+)<", taken.content.decode())
    assert code is not None
    told = nobody.post(reverse("tell:standing"), {"code": code[1]}).content.decode()
    assert "waits to be read" in told and "girl" not in told
    assert (
        "There is no report of this code."
        in nobody.post(reverse("tell:standing"), {"code": "K-1"}).content.decode()
    )
    assert "A girl is held." in _worker(world, world.police).get(
        reverse("cases:report", args=[_only_report(world)])
    ).content.decode()  # fmt: skip


def _only_report(world: CaseWorld) -> int:
    from concerted.mechanism.cases.reads.reports import reports as listed

    found = listed(officer=world.worker(world.police), at=world.at)
    return int(found.reports[0].pk)


def test_a_letter_is_valid_or_not_and_nothing_else(world: CaseWorld) -> None:
    told = Client(HTTP_ACCEPT_LANGUAGE="en").post(reverse("tell:letter"), {"number": "2010-1", "code": "K-2"})
    assert "Not valid" in told.content.decode()


def _named(found: Any, pattern: str) -> int:
    number = re.search(pattern, found)
    assert number is not None, pattern
    return int(number[1])


def _on(name: str, day: str) -> dict[str, str]:
    year, month, number = day.split("-")
    return {f"{name}-year": year, f"{name}-month": month, f"{name}-day": number}


def test_help_is_assessed_planned_agreed_done_and_granted_with_a_letter(world: CaseWorld) -> None:
    case = open_case(world).pk
    police, supervisor = _worker(world, world.police), _client(world.supervisor(world.police))
    _post(police, "assess", case, kind="needs", level="high", need_shelter="pressing", findings="Alone.")
    _post(police, "plan", case, summary="Back on her feet.", goals="A bed\nWork")
    plan = _named(_page(police, "case", case), r"/plan/(\d+)/agree/")
    _post(police, "agree_plan", case, plan, agreed_how="Said yes, in Zhuang.")
    _post(police, "service", case, kind="medical_care")
    service = _named(_page(police, "case", case), r"/service/(\d+)/")
    _post(police, "served", case, service, state="done", outcome="achieved", **_on("on", "2010-4-13"))
    _post(police, "entitlement", case, kind="relief")
    entitlement = _named(_page(supervisor, "case", case), r"/entitlement/(\d+)/")
    _post(supervisor, "decide_entitlement", case, entitlement, **_on("since", "2010-4-12"))
    letter = supervisor.post(
        reverse("cases:issue_letter", args=[case, entitlement]),
        {"holder": "A", "language": "en", "form": "docx"},
    )
    assert letter.status_code == 200 and letter.content[:2] == b"PK"
    assert "attachment" in letter["Content-Disposition"]
    shown = _page(police, "case", case)
    assert "Back on her feet." in shown and "Granted" in shown


def test_a_bed_is_asked_for_kept_lived_in_and_left(world: CaseWorld) -> None:
    directory.describe_shelter(
        officer=world.supervisor(world.station), at=world.at, key="quiet-house", name_en="Quiet house", beds=2
    )
    case = open_case(world)
    police, station = _worker(world, world.police), _worker(world, world.station)
    asked = police.get(reverse("cases:ask_bed", args=[case.pk])).content.decode()
    shelter = re.search(r'<option value="(\d+)"[^>]*>Quiet house', asked)
    assert shelter is not None
    sent = _post(police, "ask_bed", case.pk, shelter=shelter[1], reason="Tonight.")
    placement = int(sent["Location"].split("/")[-2])
    assert "2 of 2 beds" in _page(station, "beds")
    _page(station, "case", case.pk, status=404)
    _post(station, "decide_bed", placement, "offer")
    assert "1 of 2 beds" in _page(station, "beds")
    _post(station, "decide_bed", placement, "arrive")
    _page(station, "case", case.pk)
    _post(station, "decide_bed", placement, "leave", left_as="planned")
    assert "Has left" in _page(police, "placement", placement)


def test_the_lead_is_offered_and_taken_over_and_an_officer_steps_aside(world: CaseWorld) -> None:
    case = open_case(world)
    link(world, case)
    police, home = _worker(world, world.police), _worker(world, world.home)
    _post(
        police, "answer_referral", referral_to(world, case, world.home, send=False).pk, "withdraw", reason="x"
    )
    where, why = (
        reverse("cases:offer_lead", args=[case.pk]) + f"?to={world.home.key}",
        {"reason": "She goes home."},
    )
    forgot = police.post(where, why)
    assert "tick below that nothing goes with it" in forgot.content.decode(), "nothing is forgotten"
    consent_to(world, case, world.home, sections=["identity"])
    basis = re.search(r'value="(consent-[^"]+)"', police.get(where).content.decode())
    assert basis is not None
    goods = {"sections": "identity", "basis": basis[1], "purpose": "protection", **_until()}
    offered = police.post(where, {**why, **goods})
    transfer = int(offered["Location"].split("/")[-2])
    before = _page(home, "transfer", transfer)
    for words in ("She goes home.", "Identity", "Adult", "Yunnan", "Answer the offer to lead", "Urgent"):
        assert words in before, words
    assert case.number not in before, "no case number before it accepts"
    _post(home, "answer_lead", transfer, "accept")
    assert "Hunan Civil Affairs" in _page(home, "case", case.pk)
    assert "Open the record" in _page(home, "case", case.pk), "who the person is went along"
    aside = _page(police, "aside", case.pk)
    assert f'value="{world.supervisor(world.police).pk}"' not in aside, (
        "a worker is offered nobody but herself"
    )
    boss = _page(_client(world.supervisor(world.police)), "aside", case.pk)
    assert f'value="{world.worker(world.police).pk}"' in boss
    _post(police, "aside", case.pk, related=str(world.worker(world.police).pk), reason="She is my cousin.")
    _page(police, "case", case.pk, status=404)


def test_emergency_access_wants_the_second_factor_again_and_is_reviewed_by_the_owner(
    world: CaseWorld,
) -> None:
    case: Case = open_case(world)
    hospital = _worker(world, world.hospital)
    asked: dict[str, Any] = {"number": case.number, "reason": "She bleeds.", "sections": ["health"]}
    refused = hospital.post(reverse("cases:break_glass"), asked).content.decode()
    assert "Give your second factor again" in refused
    _page(hospital, "case", case.pk, status=404)
    session = hospital.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(world.worker(world.hospital).pk)
    session.save()
    _post(hospital, "break_glass", **asked)
    assert "emergency access only" in _page(hospital, "case", case.pk)
    acting = [
        reverse(f"cases:{name}", args=[case.pk]) for name in ("take_consent", "withdraw_consent", "disclose")
    ]
    police = _page(_worker(world, world.police), "consents", case.pk)
    assert all(address in police for address in acting)
    told = _page(hospital, "consents", case.pk)
    assert not any(address in told for address in acting), "who came in an emergency reads"
    supervisor = _client(world.supervisor(world.police))
    glass = _named(_page(supervisor, "work"), r"/cases/emergency/(\d+)/")
    assert "She bleeds." in _page(supervisor, "glass", glass)
    _post(supervisor, "glass", glass, verdict="justified", review="It was.")
    _page(hospital, "case", case.pk, status=404)


def test_a_file_goes_in_by_its_content_and_comes_out_as_an_attachment_that_runs_nothing(
    world: CaseWorld,
) -> None:
    case = open_case(world)
    police = _worker(world, world.police)
    fake = SimpleUploadedFile("picture.png", b"MZ\x90\x00\x03\x00\x00\x00" * 40)
    words = {"section": "contact", "title": "A receipt", "kind": "receipt"}
    refused = police.post(reverse("cases:add_document", args=[case.pk]), {**words, "content": fake})
    assert refused.status_code == 200
    real = SimpleUploadedFile("receipt.html", b"A receipt of 12 yuan.")
    added = police.post(reverse("cases:add_document", args=[case.pk]), {**words, "content": real})
    assert added.status_code == 302, re.findall(r"error-message\">(.*?)</p>", added.content.decode(), re.S)
    which = _named(_page(police, "case", case.pk), r"/document/(\d+)/")
    sent: Any = police.get(reverse("cases:document", args=[case.pk, which]))
    assert (
        sent["Content-Disposition"].startswith("attachment") and "sandbox" in sent["Content-Security-Policy"]
    )
    assert b"".join(sent.streaming_content).startswith(b"A receipt")
    gone = _worker(world, world.outsider).get(reverse("cases:document", args=[case.pk, which]))
    assert gone.status_code == 404


def test_somebody_outside_gets_a_sealed_package_and_gives_back_the_code_of_receipt(world: CaseWorld) -> None:
    case = open_case(world)
    police = _worker(world, world.police)
    sent = _post(
        police, "refer_outside", case.pk, giver="self", name="Dr. Chen", contact="by post", service="legal_aid",
        urgency="routine", reason="Advice.", sections=["contact"], purpose="legal_aid", language="zh",
        **_until("2010", "6", "1"),
    )  # fmt: skip
    referral = int(sent["Location"].split("/")[-2])
    address = reverse("cases:package", args=[referral])
    made = police.post(address, {"channel": "telephone", "language": "en"}).content.decode()
    assert "data:application/zip;base64,UEs" in made
    assert "Package made" in _page(police, "referral", referral)
    wrong = Client(HTTP_ACCEPT_LANGUAGE="en").post(reverse("tell:acknowledge"), {"code": "K-1"})
    assert "There is no package of this code" in wrong.content.decode()


def test_a_child_is_referred_outside_on_a_guardians_consent_and_the_childs_assent(world: CaseWorld) -> None:
    case = open_case(world, age_band="under_14")
    child = link(world, case)
    mother = link(world, case, role="guardian")
    police = _worker(world, world.police)
    given: dict[str, Any] = {
        "name": "Dr. Chen", "contact": "by post", "service": "legal_aid", "urgency": "routine", "reason": "Advice.",
        "sections": ["contact"], "purpose": "legal_aid", "language": "zh", "person": str(child.pk),
        **_until("2010", "6", "1"),
    }  # fmt: skip
    address = reverse("cases:refer_outside", args=[case.pk])
    assert "Below 14 a guardian consents" in police.post(address, {**given, "giver": "self"}).content.decode()
    _post(police, "refer_outside", case.pk, **given, giver="guardian", guardian=str(mother.pk), assents="on")
    page = _page(police, "consents", case.pk)
    assert "A guardian" in page
    assert "A child, who assents" in page
    suspect = link_person(
        officer=world.worker(world.police), at=world.at, case=case, person=mother, role="suspect"
    )
    assert "the guardian is a suspect" in _page(police, "consents", case.pk)
    lifted = _post(police, "end_role", case.pk, suspect.pk, reason="another woman")
    assert lifted["Location"] == reverse("cases:consents", args=[case.pk])
    page = _page(police, "consents", case.pk)
    assert "1 consent that ended with the suspicion may be taken up again" in page
    again = {"received_by": "Officer Li", "presence": "alone", "is_sure": "on", **_until("2010", "6", "1")}
    _post(police, "take_up_consent", case.pk, suspect.ended_consents[0], **again)
    page = _page(police, "consents", case.pk)
    assert "Taken up anew" in page and "Take this consent up again" not in page
    named = re.findall(r"consent/withdraw/\?consent=(\d+)", page)
    said = {"received_by": "Officer Li", "presence": "alone", "is_sure": "on", **_said("2010", "1", "1")}
    _post(police, "withdraw_consent", case.pk, which=named[0], **said)
    assert len(re.findall(r"withdraw/\?consent=", _page(police, "consents", case.pk))) == len(named) - 1


def test_a_record_is_erased_by_a_second_supervisor_after_a_dry_run(world: CaseWorld) -> None:
    person = record_person(officer=world.worker(world.police), at=world.at)
    first = _client(world.supervisor(world.police))
    second = _client(world.new_officer(world.police, Post.Function.CASE_SUPERVISOR))
    assert "What would go" in _page(first, "erase", person.pk)
    asked = _post(first, "erase", person.pk, ground="mistake", reference="2010-7")
    erasure = int(asked["Location"].split("/")[-2])
    assert first.post(reverse("cases:erasure", args=[erasure]), {"reason": ""}).status_code != 302
    assert "2010-7" in _page(second, "erasures")
    assert "Erase for ever" in _page(second, "erasure", erasure)
    add_statement(
        officer=world.worker(world.police),
        at=world.at,
        person=person,
        statement=Statement(Description("scar")),
    )
    stopped = _page(second, "erasure", erasure)
    assert "More or less is kept" in stopped and "Erase for ever" not in stopped
    _post(second, "erasure", erasure, reason="", refuse="1")
    asked = _post(first, "erase", person.pk, ground="mistake", reference="2010-8")
    erasure = int(asked["Location"].split("/")[-2])
    _post(second, "erasure", erasure, reason="")
    assert "This request was decided before." in _page(second, "erasure", erasure)


def test_the_directory_of_services_is_searched(world: CaseWorld) -> None:
    assert "No service fits." in _page(_worker(world, world.police), "services")


def test_the_case_page_speaks_chinese(world: CaseWorld) -> None:
    case = open_case(world)
    shown = _page(_worker(world, world.police, language="zh-hans"), "case", case.pk)
    assert "个案经过" in shown and "Course of the case" not in shown
