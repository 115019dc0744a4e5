"""A plenary in a real browser, from its assembled agenda to adopted minutes and what comes back undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.builders import PASSWORD, World, build_world
from tests.mechanism.meetings.meeting_world import (
    FIRST,
    SECOND,
    THIRD,
    MeetingWorld,
    build_meeting_world,
    noon,
)

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.meetings.models import Meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Officer, str], Page]


@dataclass(frozen=True)
class Said:
    """What the pages say, in one language."""

    language: str
    assemble: str
    accept_item: str
    leave_off: str
    leave_it_off: str
    left_off: str
    write_item: str
    title: str
    put_on: str
    on_agenda: str
    open_meeting: str
    present: str
    record: str
    new_note: str
    saved: str
    both: str
    join: str
    joined: str
    discussed: str
    word_decision: str
    wording: str
    keep_decision: str
    add_action: str
    owner: str
    ministry: str
    day: str
    month: str
    year: str
    keep_action: str
    close: str
    draft: str
    circulate: str
    amend: str
    text: str
    should_read: str
    propose: str
    accept: str
    in_text: str
    adopt: str
    adopted: str
    finish: str
    number: str
    make_final: str
    intact: str


ENGLISH = Said(
    "en", "Assemble from the evidence of today", "Accept", "Leave off", "Leave it off",
    "The item is left off", "Write an item", "Title (English)",
    "Put it on the agenda", "The item is on the agenda.", "Open the meeting", "Present", "Record attendance",
    "A new note", "Saved", "Both texts are saved", "Make one text of them", "The notes are one text now.",
    "Discussed", "Word a decision", "Wording (English)", "Keep the decision", "Add an action item", "Owner",
    "Ministry of Civil Affairs", "Day", "Month", "Year", "Keep the action item", "Close the meeting",
    "Draft from the notes", "Circulate", "Amend", "Text (English)", "It should read", "Propose",
    "Accept", "The amendment is in the text.", "Adopt these minutes", "The minutes are adopted.", "Make final",
    "Document number", "Make final", "The text is as it was sealed.",
)  # fmt: skip
CHINESE = Said(
    "zh-hans", "根据今日情况生成议题", "采纳", "不列入", "不列入",
    "议题未列入", "撰写议题", "标题（中文）",
    "列入议程", "议题已列入议程。", "宣布开会", "到会", "记录出席情况",
    "新记录", "已于", "两份文本均已并列保存", "合并为一份", "记录已合并为一份。",
    "已研究", "拟写决定", "文本（中文）", "保存决定", "添加议定事项", "责任单位",
    "民政部", "日", "月", "年", "保存议定事项", "闭会",
    "根据会议记录起草", "印发征求意见", "提修改意见", "正文（中文）", "应改为", "提出",
    "采纳", "修改意见已写入文本。", "通过该纪要", "纪要已通过。", "定稿",
    "文号", "定稿", "文本与封存时一致。",
)  # fmt: skip


@pytest.fixture
def joint(transactional_db: None) -> MeetingWorld:
    return build_meeting_world(build_world())


def _on(world: World, day: date) -> None:
    access.set_demonstration_clock(officer=world.machine, at=noon(day), day=day, seed=1)


def _speak(page: Page, language: str) -> None:
    site = "/".join(page.url.split("/")[:3])
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])


def _press(within: Page | Locator, name: str, *, nth: int = 0) -> None:
    within.get_by_role("button", name=re.compile(f"^[↑↓ ]*{re.escape(name)}")).nth(nth).click()


def _follow(within: Page | Locator, name: str, *, nth: int = 0) -> None:
    within.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).nth(nth).click()


def _main(page: Page) -> Any:
    return expect(page.locator("main"))


@pytest.mark.parametrize("said", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_meeting_is_held_from_assembly_to_adopted_minutes_and_what_is_undone_comes_back_with_its_age(
    joint: MeetingWorld, sign_in: SignIn, keep_pictures: Callable[[Page, str], None], said: Said
) -> None:
    world = joint.world
    _on(world, FIRST)
    secretary = world.new_officer(world.office, Post.Function.SECRETARIAT, password=PASSWORD)
    colleague = world.new_officer(world.office, Post.Function.SECRETARIAT, password=PASSWORD)
    member = world.new_officer(world.ministry, Post.Function.FOCAL_POINT, password=PASSWORD)
    first, second, third = joint.called(FIRST), joint.called(SECOND), joint.called(THIRD)

    office = sign_in(secretary, f"/meetings/{first.key}/agenda/")
    _speak(office, said.language)
    office.reload()
    _prepare(office, said)
    _hold(office, first, said, lambda: _second_clerk(sign_in, colleague, first, said))
    _minutes(office, first, said)
    _amend(sign_in, member, office, first, said)

    _on(world, SECOND)
    office.goto(f"/meetings/{second.key}/room/")
    _press(office, said.open_meeting)
    _press(office, said.adopt)
    _main(office).to_contain_text(said.adopted)
    _follow(office, said.finish)
    office.get_by_label(said.number).fill("[2010] 1")
    _press(office, said.make_final)
    _main(office).to_contain_text(said.intact)
    keep_pictures(office, "minutes-final")

    _on(world, THIRD - timedelta(days=1))
    office.goto(f"/meetings/{third.key}/agenda/")
    _press(office, said.assemble)
    back = office.locator("article", has_text="120 staff" if said is ENGLISH else "120 名")
    _proposed_again(back)
    keep_pictures(office, "agenda-third")


def _prepare(office: Page, said: Said) -> None:
    _press(office, said.assemble)
    proposed = office.locator("article.m-item")
    expect(proposed).to_have_count(2)
    _press(proposed.first, said.accept_item)
    _main(office).to_contain_text(said.on_agenda)
    expect(proposed.first.get_by_role("link", name=said.leave_off)).to_have_count(0)
    proposed.first.locator("summary").click()
    _follow(proposed.first, said.leave_off)
    office.locator("#id_reason").fill("Nothing to decide yet.")
    _press(office, said.leave_it_off)
    _main(office).to_contain_text(said.left_off)
    for title in ("Hotline", "Shelters"):
        _follow(office, said.write_item)
        office.get_by_label(said.title).fill(title)
        _press(office, said.put_on)
        _main(office).to_contain_text(said.on_agenda)
    listed = office.locator("ol.m-order > li")
    listed.nth(2).get_by_role("button").first.press("Enter")
    expect(listed.nth(1)).to_contain_text("Shelters")
    listed.nth(2).drag_to(listed.first)
    expect(listed.first).to_contain_text("Hotline")


def _hold(office: Page, meeting: Meeting, said: Said, other_clerk: Callable[[], None]) -> None:
    office.goto(f"/meetings/{meeting.key}/room/")
    _press(office, said.open_meeting)
    for choice in office.locator("#attendance select").all():
        choice.select_option(label=said.present)
    _press(office, said.record)
    expect(office.locator("#attendance select").first).to_have_value("present")
    part = office.locator("section.m-part").first
    part.get_by_label(said.new_note).fill(
        "The hotline has 12 staff." if said is ENGLISH else "热线有12名工作人员。"
    )
    expect(part.locator("[data-save-status]").last).to_contain_text(said.saved)
    office.reload()
    other_clerk()
    part = office.locator("section.m-part").first
    note = part.locator("form.m-note").first
    note.locator("textarea").fill(
        "The hotline has 12 staff by day." if said is ENGLISH else "热线白天有12名工作人员。"
    )
    expect(note.locator("[data-save-status]")).to_contain_text(said.both)
    office.reload()
    part = office.locator("section.m-part").first
    _press(part, said.join)
    _main(office).to_contain_text(said.joined)
    part = office.locator("section.m-part").first
    _press(part, said.discussed)
    _follow(office.locator("section.m-part").first, said.word_decision)
    office.get_by_label(said.wording).fill(
        "Staff the hotline by night with 120 staff." if said is ENGLISH else "热线夜间配备 120 名工作人员。"
    )
    _press(office, said.keep_decision)
    _follow(office.locator("section.m-part").first, said.add_action)
    office.get_by_label(said.owner).select_option(label=said.ministry)
    due = office.locator("#id_due")
    for name, value in ((said.day, "1"), (said.month, "6"), (said.year, "2010")):
        due.get_by_label(name, exact=True).fill(value)
    _press(office, said.keep_action)
    office.once("dialog", lambda dialog: dialog.accept())
    _press(office, said.close)


def _second_clerk(sign_in: SignIn, colleague: Officer, meeting: Meeting, said: Said) -> None:
    page = sign_in(colleague, f"/meetings/{meeting.key}/room/")
    _speak(page, said.language)
    page.reload()
    note = page.locator("form.m-note").first
    note.locator("textarea").fill("Nobody answers at night." if said is ENGLISH else "夜间无人接听。")
    expect(note.locator("[data-save-status]")).to_contain_text(said.saved)
    page.close()


def _minutes(office: Page, meeting: Meeting, said: Said) -> None:
    _press(office, said.draft)
    text = "Nobody answers at night." if said is ENGLISH else "夜间无人接听。"
    expect(office.locator("textarea", has_text=text)).to_have_count(1)
    _follow(office, said.circulate)
    _press(office, said.circulate)


def _amend(sign_in: SignIn, member: Officer, office: Page, meeting: Meeting, said: Said) -> None:
    page = sign_in(member, f"/meetings/{meeting.key}/minutes/")
    _speak(page, said.language)
    page.reload()
    _follow(page, said.amend, nth=1)
    page.get_by_label(said.text, exact=True).check()
    after = "Calls at night go unanswered." if said is ENGLISH else "夜间来电无人应答。"
    page.get_by_label(said.should_read).fill(after)
    page.locator("#id_reason").fill("So it was said.")
    _press(page, said.propose)
    expect(page.locator("#amendments ins").first).to_be_visible()
    office.reload()
    _press(office.locator("#amendments"), said.accept)
    _main(office).to_contain_text(said.in_text)
    page.close()


def _proposed_again(back: Locator) -> None:
    age = (THIRD - timedelta(days=1) - FIRST).days
    expect(back).to_have_count(1)
    expect(back.locator(".m-reason")).to_contain_text(str(age))
    expect(back.locator(".m-figures")).to_contain_text(str(age))
