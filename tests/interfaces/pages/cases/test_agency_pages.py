"""What an agency keeps for others on pages: its services and shelters, officers lent and set aside, and places."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.at_work import asked, refused
from tests.interfaces.pages.cases.desk import client_of, number_in, sent, shown
from tests.mechanism.cases.woman import ask_for, lent_to_police, open_case

from concerted.interfaces.pages.cases.places import PlaceField, search
from concerted.mechanism.cases.acts import officers
from concerted.mechanism.cases.models import ServiceOffer, Shelter
from concerted.mechanism.cases.reads.cases import my_cases

pytestmark = pytest.mark.django_db

OFFER = {
    "kind": "legal_aid",
    "name_en": "Advice at the door",
    "name_zh": "法律援助",
    "place_code": "五华区",
    "serves_within": "云南省",
    "age_bands": ["adult"],
    "sexes": ["female"],
    "languages": "zh, my",
    "conditions_en": "No papers are needed.",
    "hours": "day and night",
}


def test_a_service_is_described_found_changed_and_retired(world: CaseWorld) -> None:
    ours, theirs = client_of(world.supervisor(world.station)), client_of(world.worker(world.outsider))
    sent(ours, "add_offer", **OFFER)
    with world.at_case_work(world.supervisor(world.station)):
        entry = ServiceOffer.objects.get()
    assert (entry.place_code, entry.serves_within, entry.languages) == ("530102", "530000", ["zh", "my"])
    found = asked(theirs, "services", "?kind=legal_aid&place_code=Wuhua&language=my&sex=female")
    assert "Advice at the door" in found and "No papers are needed." in found and "Burmese" in found
    for other in ("?language=my&sex=male", "?place_code=430000", "?age_band=under_14"):
        assert "No papers are needed." not in asked(theirs, "services", other)
    sent(ours, "edit_offer", entry.pk, row_version=entry.row_version, **{**OFFER, "hours": "9 to 5"})
    stale = refused(ours, "edit_offer", entry.pk, row_version=1, **{**OFFER, "hours": "never"})
    assert "changed by somebody else" in stale
    assert "Name the service." in refused(ours, "add_offer", **{**OFFER, "name_en": "", "name_zh": " "})
    sent(ours, "retire_offer", entry.pk)
    assert "Advice at the door" not in asked(theirs, "services", "?place_code=530102")
    shown(client_of(world.supervisor(world.outsider)), "edit_offer", entry.pk, status=404)
    shown(theirs, "own_services", status=404)


def test_a_shelter_is_described_without_its_place_and_keeps_the_beds_that_are_lived_in(
    world: CaseWorld,
) -> None:
    ours = client_of(world.supervisor(world.station))
    given = {"name_en": "", "name_zh": "春天之家", "place_code": "530000", "beds": "3"}
    sent(ours, "add_shelter", **given, sexes=["female"], is_open="on")
    with world.at_case_work(world.supervisor(world.station)):
        shelter = Shelter.objects.get()
    assert (shelter.beds, shelter.province_code, shelter.takes["sexes"]) == (3, "530000", ["female"])
    assert "3 of 3 beds are free" in shown(ours, "own_services")
    sent(ours, "edit_shelter", shelter.pk, **{**given, "beds": "5"}, row_version=1)
    with world.at_case_work(world.supervisor(world.station)):
        shelter.refresh_from_db()
    assert (shelter.beds, shelter.is_open) == (5, False)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("530102", "530102"),
        ("五华区", "530102"),
        ("昆明市五华区", "530102"),
        ("云南省昆明市五华区 530102", "530102"),
        ("Wuhua, Kunming", "530102"),
        ("Wuhua District, Kunming, Yunnan", "530102"),
        ("kunming", "530100"),
        ("云南", "530000"),
        ("福州市鼓楼区", "350102"),
        ("Gulou, Kaifeng", "410204"),
    ],
)
def test_a_place_is_known_by_its_code_its_name_or_its_name_within_another(typed: str, code: str) -> None:
    assert PlaceField(label="").clean(typed) == code


def test_a_name_that_stands_once_at_home_means_the_place_at_home(world: CaseWorld) -> None:
    field = PlaceField(label="")
    with pytest.raises(ValidationError, match="441424"):
        field.clean("五华")
    field.widget.province = world.police.place_code
    assert field.clean("五华") == "530102"


def test_a_name_of_several_places_comes_back_with_those_it_may_mean(world: CaseWorld) -> None:
    police = client_of(world.worker(world.police))
    page = refused(police, "open", place_code="鼓楼区", urgency="urgent", age_band="adult", risk="low")
    assert "350102" in page and "410204" in page
    assert "No place is called so" in refused(
        police, "open", place_code="nowhere", urgency="urgent", age_band="adult", risk="low"
    )
    sent(police, "open", place_code="Gulou, Kaifeng", urgency="urgent", age_band="adult", risk="low")
    [file] = my_cases(officer=world.worker(world.police), at=world.later(days=1)).files
    assert file.case.province_code == "410000"


def test_a_form_offers_its_own_province_and_looks_further_while_one_types(world: CaseWorld) -> None:
    police = client_of(world.worker(world.police))
    page = shown(police, "open")
    assert "Wuhua District, Kunming, Yunnan 530102" in page and "Gulou" not in page
    assert page.count("<option") < 400, "no page carries the nation's counties"
    answer = police.get("/cases/places/", {"q": "gulou"}).json()
    assert "Gulou District, Kaifeng, Henan 410204" in answer["places"]
    assert search("") == []


def test_an_officer_is_asked_for_lent_by_home_and_called_back(world: CaseWorld) -> None:
    case, other = open_case(world), open_case(world)
    guest = world.worker(world.federation)
    host, home = client_of(world.supervisor(world.police)), client_of(world.supervisor(world.federation))
    asks = {
        "until-year": "2010",
        "until-month": "9",
        "until-day": "1",
        "need": "language",
        "urgency": "urgent",
    }
    for wrong in ({"username": "nobody", "cases": case.number}, {"username": guest.username, "cases": "C-1"}):
        page = refused(host, "second", **wrong, **asks)
        assert "There is no case" in page or "No officer" in page
    sent(host, "second", username=guest.username, cases=case.number, **asks)
    assert case.number in shown(host, "secondments") and other.number not in shown(host, "secondments")
    pk = number_in(shown(home, "work"), r"/cases/secondments/(\d+)/")
    preview = shown(home, "secondment", pk)
    assert "Speaks a language nobody here speaks" in preview and "Lend the officer" in preview
    for page in (
        preview,
        shown(home, "secondments"),
        shown(home, "work"),
        shown(home, "answer_secondment", pk, "agree"),
    ):
        assert case.number not in page and str(case.pk) not in page
    sent(home, "answer_secondment", pk, "agree")
    assert "The officer you asked for is lent to you" in shown(host, "work")
    assert "Call back" in shown(home, "secondment", pk) and case.number not in shown(home, "secondment", pk)
    sent(home, "answer_secondment", pk, "end")
    assert "Nobody is seconded" in shown(host, "secondments")


def test_further_cases_are_asked_for_on_the_page_of_the_secondment_and_home_is_told_none(
    world: CaseWorld,
) -> None:
    case, other = open_case(world), open_case(world)
    guest = world.worker(world.federation)
    host, home = client_of(world.supervisor(world.police)), client_of(world.supervisor(world.federation))
    lent = lent_to_police(world, guest, case).pk
    assert "Ask for further cases" in shown(host, "secondment", lent)
    shown(home, "further_cases", lent, status=404)
    page = refused(host, "further_cases", lent, cases=case.number, need="language", urgency="urgent")
    assert f"The officer works case {case.number} already." in page
    sent(host, "further_cases", lent, cases=other.number, need="language", urgency="urgent")
    work = shown(home, "work")
    assert "Further cases are asked for an officer you lent" in work
    asked_for = number_in(work, rf"/cases/secondments/(?!{lent}/)(\d+)/")
    told = shown(home, "secondment", asked_for)
    assert "Agree to the further cases" in told and "Further cases within a secondment" in told
    for text in (told, shown(home, "secondments"), shown(home, "secondment", lent), work):
        assert other.number not in text and str(other.pk) not in text
    assert "Ask for further cases" not in shown(host, "secondment", lent), "one request at a time"
    sent(home, "answer_secondment", asked_for, "agree")
    assert "The lent officer may work the further cases" in shown(host, "work")
    assert other.number in shown(host, "secondment", lent)
    shown(host, "answer_secondment", asked_for, "end", status=404)
    day = {"until-year": "2010", "until-month": "6", "until-day": "1"}
    sent(host, "longer_secondment", lent, need="language", urgency="urgent", **day)
    work = shown(home, "work")
    assert "A longer time is asked for an officer you lent" in work
    longer = number_in(work, rf"/cases/secondments/(?!{lent}/|{asked_for}/)(\d+)/")
    assert "Let the officer stay longer" in shown(home, "secondment", longer)
    sent(home, "answer_secondment", longer, "agree")
    assert "1 June 2010" in shown(host, "secondment", lent)
    shown(home, "take_case_back", asked_for, other.pk, status=404)
    sent(host, "take_case_back", lent, case.pk)
    assert "taken back" in shown(host, "secondment", lent)
    told = shown(home, "secondment", lent)
    assert "of them taken back: 1" in told and case.number not in told
    sent(home, "answer_secondment", lent, "end")
    assert "Nobody is seconded" in shown(host, "secondments")


def test_the_desks_that_take_in_reports_are_named_handed_over_and_ended(world: CaseWorld) -> None:
    ours, theirs = client_of(world.supervisor(world.police)), client_of(world.supervisor(world.station))
    assert "Who takes in reports" in shown(client_of(world.duty(world.station)), "reports")
    assert "takes in the reports of no place" in shown(ours, "desks")
    sent(ours, "name_desk", place_code="云南省")
    sent(ours, "name_desk", place_code="五华区")
    page = shown(ours, "desks")
    assert "Wuhua" in page and "Hand the desk over" in page
    assert "Hand the desk over" not in shown(client_of(world.worker(world.police)), "desks")
    assert "The place is none of your" in refused(ours, "name_desk", place_code="430000")
    assert "Another agency takes the reports" in refused(theirs, "name_desk", place_code="530000")
    found = asked(theirs, "desks", "?place=五华区")
    assert "A report from" in found and "goes to" in found
    assert "Nobody takes in a report from" in asked(theirs, "desks", "?place=430000")
    for route in ("end_desk", "hand_over_desk"):
        shown(theirs, route, "530102", status=404)
    sent(ours, "hand_over_desk", "530102", to_agency=world.station.key)
    news = shown(theirs, "work")
    assert f'href="{reverse("cases:desks")}">Your agency takes in the reports of a place' in news
    assert "Wuhua" in shown(theirs, "desks").partition("Other places")[0]
    sent(theirs, "end_desk", "530102")
    assert "Nobody else would take" in refused(ours, "end_desk", "530000")
    assert "各地线索由谁受理" in shown(client_of(world.supervisor(world.police), language="zh-hans"), "desks")


def test_a_request_for_an_officer_is_declined_or_withdrawn(world: CaseWorld) -> None:
    case, guest = open_case(world), world.worker(world.federation)
    host, home = client_of(world.supervisor(world.police)), client_of(world.supervisor(world.federation))
    first = ask_for(world, guest, case).pk
    assert host.get(reverse("cases:answer_secondment", args=[first, "agree"])).status_code == 404
    assert "An officer of yours is asked for" in shown(client_of(guest), "work")
    assert f"/cases/secondments/{first}/" not in shown(client_of(guest), "work"), "only a supervisor answers"
    sent(home, "answer_secondment", first, "decline", code="refer_instead")
    assert "Refer the case to us instead" in shown(host, "secondment", first)
    second = ask_for(world, guest, case).pk
    sent(host, "answer_secondment", second, "withdraw")
    assert "An officer of yours is not asked for any more" in shown(home, "work")
    assert home.get(reverse("cases:answer_secondment", args=[second, "agree"])).status_code == 404


def test_the_list_of_officers_set_aside_is_never_shown_to_the_officer_concerned(world: CaseWorld) -> None:
    case = open_case(world)
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    third = world.new_officer(world.police, "case_supervisor")
    conflict = officers.declare_conflict(
        officer=supervisor, at=world.at, case=case, related=worker, reason="a cousin of the suspect"
    )
    assert "a cousin of the suspect" in shown(client_of(third), "conflicts")
    assert "Nobody is set aside." in shown(client_of(worker), "conflicts")
    shown(client_of(worker), "lift_conflict", conflict.pk, status=404)
    sent(client_of(supervisor), "lift_conflict", conflict.pk, reason="another family")
    assert "does not decide" in refused(client_of(supervisor), "lift_conflict", conflict.pk)
    sent(client_of(third), "lift_conflict", conflict.pk)
    assert case.number in shown(client_of(worker), "list")


def test_two_agencies_lead_jointly_until_one_leaves(world: CaseWorld) -> None:
    case = open_case(world)
    police, station = client_of(world.worker(world.police)), client_of(world.worker(world.station))
    assert "Leave the joint lead" not in shown(police, "case", case.pk)
    offered = sent(
        police,
        "offer_lead",
        case.pk,
        query=f"?to={world.station.key}",
        reason="It shelters her.",
        is_joint="on",
        nothing="on",
    )
    sent(station, "answer_lead", offered["Location"].split("/")[-2], "accept")
    assert "Leave the joint lead" in shown(police, "case", case.pk)
    sent(police, "leave_lead", case.pk)
    assert "A case is never without a lead." in refused(station, "leave_lead", case.pk)
    assert "Offer the lead" not in shown(police, "case", case.pk), "the file stays, the lead is gone"
