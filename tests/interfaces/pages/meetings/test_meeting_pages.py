"""What the meeting pages tell, keep and refuse, asked as officers of the whole nation ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.attack.met import Met, build_met
from tests.builders import World
from tests.mechanism.plan.reporting_world import MONDAY, build_reporting

from concerted.foundation.access import acts as access
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.meetings.models import AgendaItem, Note, Section

pytestmark = pytest.mark.django_db
SECRET = "The hotline stays silent at night."


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@dataclass(frozen=True)
class Whole:
    """The nation and what its joint meetings hold."""

    world: World
    met: Met


@pytest.fixture
def whole() -> Whole:
    nation = build_reporting()
    access.set_demonstration_clock(officer=nation.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return Whole(nation.world, build_met(nation))


def _signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["appointment"] = officer.acting.pk if officer.acting else None
    session.save()
    return client


@pytest.fixture
def office(whole: Whole) -> Client:
    return _signed_in(whole.world.secretariat)


@pytest.fixture
def member(whole: Whole) -> Client:
    return _signed_in(whole.world.focal_point)


def _text(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"meetings:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_two_clerks_who_save_one_note_both_keep_their_text(whole: Whole, office: Client) -> None:
    url = reverse("meetings:note", args=[whole.met.sitting])
    typed = {"client_key": "n1", "item": "", "text": "It rings at night."}
    script = {"headers": {"If-Match": '"n1:1"', "X-Requested-With": "autosave"}}
    first = office.post(url, typed, **script)
    assert first["ETag"] == '"n1:2"'
    second = office.post(url, typed | {"text": "It rings by day."}, **script)
    assert second.status_code == 200
    assert second["ETag"] == '"n1~1:1"'
    assert second["X-Beside"].startswith(reverse("meetings:room", args=[whole.met.sitting]))
    shown = _text(office, "room", whole.met.sitting)
    assert "It rings at night." in shown
    assert "It rings by day." in shown
    with acting(whole.world.secretariat, whole.world.at):
        beside = Note.objects.get(client_key="n1~1")
    office.post(
        reverse("meetings:join_notes", args=[beside.beside_id]),
        {"row_version": "2", "other": [beside.pk], "text": "It rings day and night."},
    )
    assert "It rings by day." not in _text(office, "room", whole.met.sitting)


def test_a_section_somebody_else_saved_meanwhile_is_compared_and_not_overwritten(
    whole: Whole, office: Client
) -> None:
    with acting(whole.world.secretariat, whole.world.at):
        section = Section.objects.filter(minutes__meeting__key=whole.met.drafted).first()
    assert section is not None
    url = reverse("meetings:section", args=[section.pk])
    script = {"headers": {"If-Match": f'"{section.row_version}"', "X-Requested-With": "autosave"}}
    assert office.post(url, {"text_en": "Theirs.", "text_zh": ""}, **script).status_code == 200
    stale = office.post(url, {"text_en": "Mine.", "text_zh": ""}, **script)
    assert stale.status_code == 412
    compared = office.get(stale.json()["compare"]).content.decode()
    assert "Theirs." in compared
    assert "Mine." in compared


def test_what_is_noted_and_worded_is_the_office_alone_until_it_is_circulated(
    whole: Whole, office: Client, member: Client
) -> None:
    assert SECRET in _text(office, "room", whole.met.sitting)
    assert SECRET not in _text(member, "meeting", whole.met.sitting)
    assert SECRET not in _text(member, "register", words="hotline", state="proposed")
    assert member.get(reverse("meetings:room", args=[whole.met.sitting])).status_code == 404
    assert member.get(reverse("meetings:decision", args=[whole.met.worded])).status_code == 404


def test_an_agenda_ordered_on_an_old_view_is_refused_with_words(whole: Whole, office: Client) -> None:
    url = reverse("meetings:order_items", args=[whole.met.coming])
    sent = {"order": str(whole.met.accepted), "expected": str(whole.met.accepted)}
    answer = office.post(url, sent, follow=True).content.decode()
    assert "Somebody else changed the agenda since you opened it." in answer


def test_an_item_is_left_off_only_with_a_reason(whole: Whole, office: Client) -> None:
    url = reverse("meetings:drop_item", args=[whole.met.accepted])
    assert office.post(url, {"reason": ""}).status_code == 400
    assert office.post(url, {"reason": "Settled by letter."}).status_code == 302
    with acting(whole.world.secretariat, whole.world.at):
        assert AgendaItem.objects.get(pk=whole.met.accepted).state == "dropped"
    assert "Settled by letter." in _text(office, "agenda", whole.met.coming)


def test_the_feed_opens_to_its_own_key_alone_and_tells_days_and_titles_only(
    whole: Whole, member: Client
) -> None:
    shown = member.post(reverse("meetings:subscribe")).content.decode()
    address = shown.split('id="feed-address">')[1].split("<")[0].replace("&amp;", "&")
    path = "/" + address.split("/", 3)[3]
    answer = Client().get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    body = answer.content.decode()
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert len(events) == 4
    assert {str(event["SUMMARY"]) for event in events} <= {
        f"Plenary of {e.decoded('DTSTART')}" for e in events
    }
    assert "hotline" not in body.lower()
    key = path.split("/")[3]
    assert Client().get(path.replace(key, key[:-3] + "abc")).status_code == 404
    api = Client().get("/api/v1/meetings", headers={"Authorization": f"Bearer {key}"})
    assert api.status_code == 403


def test_a_key_that_opens_more_than_the_calendar_opens_no_feed(whole: Whole) -> None:
    officer, now = whole.world.focal_point, timezone.now()
    _token, key = access.issue_token(
        officer=officer, at=whole.world.at, label="all", scopes=["read"], issued_at=now,
        expires_at=now + timedelta(days=2),
    )  # fmt: skip
    assert Client().get(reverse("meetings:feed", args=[key])).status_code == 404


def test_an_action_item_is_split_into_mine_and_those_i_assigned(
    whole: Whole, office: Client, member: Client
) -> None:
    mine, assigned = (_text(client, "actions").split('<section id="mine">')[1] for client in (member, office))
    owned = mine.split('<section id="verify">')[0]
    assert "Open the hotline." in owned
    assert "Open the hotline." not in assigned.split('<section id="verify">')[0]
    assert "Open the hotline." in assigned.split('<section id="assigned">')[1]


def test_an_owner_answers_from_the_page_of_what_it_owes(whole: Whole, member: Client) -> None:
    page = _text(member, "action", whole.met.action)
    assert reverse("meetings:acknowledge", args=[whole.met.action]) in page
    member.post(
        reverse("meetings:claim", args=[whole.met.action]),
        {"text": "It rings.", "evidence": "Letter 12\nRegister 3"},
    )
    shown = _text(member, "action", whole.met.action)
    assert "Letter 12; Register 3" in shown
    assert reverse("meetings:claim", args=[whole.met.action]) not in shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_results_count_what_is_open_and_name_what_touches_no_measure(
    whole: Whole, office: Client, language: str
) -> None:
    office.cookies["django_language"] = language
    shown = _text(office, "results")
    assert "tests-plenary/2010/" in shown
    assert ("no median yet" if language == "en" else "暂无中位数") in shown


def test_every_step_of_the_state_tables_is_told_with_its_rule(office: Client) -> None:
    shown = _text(office, "rules")
    assert "Only a later decision rescinds a decision." in shown


def test_an_observer_reads_only_items_that_are_not_for_members_alone(whole: Whole) -> None:
    outsider = whole.world.officer_for(whole.world.yunnan, Post.Function.PROVINCIAL_OFFICE)
    shown = _text(_signed_in(outsider), "meeting", whole.met.coming)
    assert "Accepted" not in shown.split('id="agenda"')[1].split("<h2")[0]
