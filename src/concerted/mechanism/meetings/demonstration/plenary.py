"""One plenary of the demonstration from its call to what its owners then did; every act at the time of its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Agency, Officer
from concerted.mechanism.plan.demonstration.script import dice
from concerted.mechanism.plan.demonstration.stage import moment, working_day
from concerted.mechanism.plan.models import Measure

from ..acts import agenda, amendments, calling, decisions, followup, minutes, notes, session
from ..models import ActionItem, AgendaItem, Decision, Meeting, Minutes, Seat, Section, Series
from ..reads.evidence import Pair
from . import script
from .people import People


@dataclass(frozen=True)
class Told:
    """What a plenary left behind: its minutes, circulated, and how many were made final so far."""

    minutes: Minutes
    final: int


@dataclass
class Plenary:
    """The plenary of a day. nearer: the day up to which its owners work; before: the plenary before it."""

    people: People
    series: Series
    day: date
    seed: int
    nearer: date
    before: Told | None

    def hold(self) -> Told:
        """Call, assemble, sit, decide, circulate; adopt what the plenary before left and follow it up."""
        meeting = self._called()
        items = self._prepared(meeting)
        self._open(meeting)
        final = self._adopt_the_one_before(meeting)
        for place, item in enumerate(items):
            self._hear(meeting, place, item)
        session.close_meeting(officer=self.clerk, at=moment(self.day, 11.5), meeting=meeting)
        kept = self._circulated(meeting)
        return Told(kept, final)

    @property
    def clerk(self) -> Officer:
        """The office's clerk on the day."""
        return self.people.clerk(self.day)

    def _called(self) -> Meeting:
        said = script.title(self.day)
        planned = calling.plan_meeting(
            officer=self.people.clerk(self.day - timedelta(days=60)),
            at=moment(self.day - timedelta(days=60), 10),
            series=self.series,
            held_on=self.day,
            title_en=said.en,
            title_zh=said.zh,
            starts_at=moment(self.day, 9),
            ends_at=moment(self.day, 11.5),
            venue="Beijing, invented / 北京（演示）",
            by_video=True,
        )
        at = moment(self.day - timedelta(days=30), 10)
        return calling.call_meeting(officer=self.people.clerk(at.date()), at=at, meeting=planned)

    def _prepared(self, meeting: Meeting) -> list[AgendaItem]:
        """The agenda: the weightiest item of every source first, then the next ones; some dropped, one merged."""
        day = self.day - timedelta(days=10)
        at, clerk = moment(day, 15), self.people.clerk(day)
        agenda.assemble(officer=clerk, at=at, meeting=meeting)
        with acting(clerk, at):
            proposed = list(meeting.items.filter(state="proposed").order_by("position"))
        chosen = _spread(proposed, script.ACCEPTED)
        left = [item for item in proposed if item not in chosen]
        for item, reason in zip(left[: script.DROPPED], script.DROP_REASONS, strict=False):
            agenda.drop_item(officer=clerk, at=at, item=item, reason=reason)
        accepted = [agenda.accept_item(officer=clerk, at=at, item=item) for item in chosen]
        if len(left) > script.DROPPED and accepted:
            agenda.merge_item(
                officer=clerk, at=at, item=left[script.DROPPED], into=accepted[-1], reason=script.MERGE_REASON
            )
        return [self._timed(clerk, place, item) for place, item in enumerate(accepted)]

    def _timed(self, clerk: Officer, place: int, item: AgendaItem) -> AgendaItem:
        return agenda.edit_item(
            officer=clerk,
            at=moment(self.day - timedelta(days=9), 10),
            item=item,
            expected_row_version=item.row_version,
            title_en=item.title_en,
            title_zh=item.title_zh,
            minutes=script.TIMES[place % len(script.TIMES)],
            presenter=self._concerned(item),
            for_members_only=item.for_members_only,
        )

    def _open(self, meeting: Meeting) -> None:
        at = moment(self.day, 9)
        session.open_meeting(officer=self.clerk, at=at, meeting=meeting)
        for seat in meeting.seats.select_related("agency").order_by("agency__key"):
            chance = dice(self.seed, "attendance", self.day.isoformat(), seat.agency.key).random()
            session.take_attendance(
                officer=self.clerk,
                at=at,
                seat=seat,
                expected_row_version=seat.row_version,
                attendance=_came(chance),
                person=f"演示人员（{seat.agency.name_zh or seat.agency.name_en}）"[:120],
                person_title="Invented / 演示",
            )

    def _adopt_the_one_before(self, meeting: Meeting) -> int:
        if self.before is None:
            return 0
        at = moment(self.day, 9.25)
        adopted = minutes.adopt_minutes(
            officer=self.clerk, at=at, minutes=self.before.minutes, in_meeting=meeting
        )
        nth = self.before.final + 1
        minutes.finish_minutes(
            officer=self.clerk, at=at, minutes=adopted, number=script.number(self.day, nth)
        )
        with acting(self.clerk, at):
            items = list(
                ActionItem.objects.filter(decision__meeting=adopted.meeting_id, state="open")
                .select_related("owner", "verifier")
                .order_by("pk")
            )
        for item in items:
            self._follow(item)
        return nth

    def _hear(self, meeting: Meeting, place: int, item: AgendaItem) -> None:
        at = moment(self.day, 9.5 + place / 6)
        session.discuss_item(officer=self.clerk, at=at, item=item)
        who = self._concerned(item) or self.people.agency(script.OFFICE)
        said = script.NOTES[place % len(script.NOTES)].format(en=who.name_en, zh=who.name_zh or who.name_en)
        notes.save_note(
            officer=self.clerk, at=at, meeting=meeting, item=item, client_key=f"demo-{item.pk}", text=said
        )
        if place < script.DECIDED:
            self._decide(meeting, place, item, who)

    def _decide(self, meeting: Meeting, place: int, item: AgendaItem, owner: Agency) -> None:
        at = moment(self.day, 9.6 + place / 6)
        order = script.ORDERS.get(item.source)
        values: dict[str, Pair | str] = {
            "name": Pair(owner.name_en, owner.name_zh or owner.name_en),
            "key": item.title_en.split(" ")[-1],
        }
        measures = self._measures(item)
        if measures:
            values["key"] = measures[0].key
        text = script.RECORDED if order is None else _filled(order, values)
        decision = decisions.write_decision(
            officer=self.clerk,
            at=at,
            meeting=meeting,
            item=item,
            kind=Decision.Kind.RECORD if order is None else Decision.Kind.TASK,
            text_en=text.en,
            text_zh=text.zh,
            measures=measures,
        )
        if order is None:
            return
        undated = place == script.DECIDED - 1
        decisions.write_action(
            officer=self.clerk,
            at=at,
            decision=decision,
            text_en=text.en,
            text_zh=text.zh,
            owner=owner,
            due=None if undated else working_day(self.day, 100 + 15 * place),
            review_on=self.day + timedelta(days=200) if undated else None,
        )
        if place == 1 and owner.key != "mof":
            decisions.record_dissent(
                officer=self.clerk,
                at=at,
                decision=decision,
                agency=self.people.agency("mof"),
                kind="reservation",
                text=script.RESERVATION,
            )

    def _circulated(self, meeting: Meeting) -> Minutes:
        day = working_day(self.day, 5)
        at, clerk = moment(day, 10), self.people.clerk(day)
        with acting(clerk, at):
            kept = Minutes.objects.select_related("meeting__series").get(meeting=meeting)
        sections = minutes.draft_minutes(officer=clerk, at=at, minutes=kept)
        kept = minutes.circulate(
            officer=clerk, at=at, minutes=kept, amend_until=day + timedelta(days=script.AMEND_DAYS)
        )
        if day + timedelta(days=12) < self.nearer:
            self._amended(kept, sections, day + timedelta(days=6))
        return kept

    def _amended(self, kept: Minutes, sections: Sequence[Section], day: date) -> None:
        """One amendment is accepted, one refused."""
        texts = [section for section in sections if section.item_id is not None]
        for place, (key, section) in enumerate(zip(("mca", "acwf"), texts, strict=False)):
            officer = self.people.answering(self.people.agency(key), on=day)
            if officer is None:
                continue
            asked = amendments.propose_amendment(
                officer=officer,
                at=moment(day, 10),
                minutes=kept,
                part=section,
                field="text_en",
                after=(section.text_en + script.AMENDMENT.en).strip(),
                reason=script.SOURCE,
            )
            answer = amendments.accept_amendment if place == 0 else amendments.refuse_amendment
            answer(
                officer=self.people.clerk(day),
                at=moment(day + timedelta(days=2), 10),
                amendment=asked,
                expected_row_version=asked.row_version,
                answer="" if place == 0 else script.REFUSAL,
            )

    def _follow(self, item: ActionItem) -> None:
        """The owner takes note, works on it, claims it done or not, all before the next plenary."""
        assert item.owner is not None
        chance = dice(self.seed, "follow", self.day.isoformat(), item.pk)
        owner_key = item.owner
        steps: list[tuple[int, str]] = [(int(chance.integers(2, 12)), "acknowledge")]
        if chance.random() < 0.8:
            steps.append((int(chance.integers(20, 60)), "progress"))
        if chance.random() < 0.6:
            steps.append((int(chance.integers(65, 90)), "claim"))
            steps.append((int(chance.integers(92, 100)), "verify" if chance.random() < 0.75 else "send_back"))
        for days, what in steps:
            day = working_day(self.day, days)
            if day < self.nearer:
                self._step(item, owner_key, what, day)

    def _step(self, item: ActionItem, owner: Agency, what: str, day: date) -> None:
        at = moment(day, 15)
        worker = self.people.answering(owner, on=day)
        if what in ("acknowledge", "progress", "claim") and worker is not None:
            if what == "acknowledge":
                followup.acknowledge(officer=worker, at=at, action_item=item)
            elif what == "progress":
                followup.report_progress(officer=worker, at=at, action_item=item, text=script.PROGRESS)
            else:
                shown = script.EVIDENCE.format(number=item.pk)
                followup.claim_done(
                    officer=worker, at=at, action_item=item, text=script.CLAIM, evidence=[shown]
                )
            return
        verifier = self.people.answering(item.verifier, on=day) if item.verifier is not None else None
        with acting(self.people.clerk(day), at):
            item.refresh_from_db()
        if verifier is None or item.state != ActionItem.State.DONE_CLAIMED:
            return
        if what == "verify":
            followup.verify(officer=verifier, at=at, action_item=item, text=script.VERIFIED)
            self._conclude(item, day)
        elif what == "send_back":
            followup.send_back(officer=verifier, at=at, action_item=item, reason=script.SENT_BACK)

    def _conclude(self, item: ActionItem, day: date) -> None:
        at, clerk = moment(day, 16), self.people.clerk(day)
        with acting(clerk, at):
            decision = Decision.objects.get(pk=item.decision_id)
        decisions.conclude_decision(
            officer=clerk, at=at, decision=decision, outcome="implemented", reason=script.VERIFIED
        )

    def _concerned(self, item: AgendaItem) -> Agency | None:
        """The agency an item is about: the late office, the lead of the measure, else nobody."""
        if item.address_kind == "agencies.agency":
            return self.people.agency(item.address_key.partition(":")[0])
        measures = self._measures(item)
        if not measures:
            return None
        with acting(self.clerk, moment(self.day)):
            lead = measures[0].responsibilities.filter(role="lead").select_related("agency").first()
        return lead.agency if lead is not None else None

    def _measures(self, item: AgendaItem) -> list[Measure]:
        if item.address_kind != "plan.measure":
            return []
        with acting(self.clerk, moment(self.day)):
            return list(Measure.objects.filter(pk=int(item.address_key)))


def _spread(items: Sequence[AgendaItem], most: int) -> list[AgendaItem]:
    """The first item of every source, then the second ones, up to a number; in the order of the proposal."""
    places: dict[str, int] = {}
    ranked = []
    for item in items:
        rank = places.get(item.source, 0)
        places[item.source] = rank + 1
        ranked.append((rank, item.position, item))
    ranked.sort(key=lambda one: one[:2])
    chosen = [item for _rank, _position, item in ranked[:most]]
    return sorted(chosen, key=lambda item: item.position)


def _came(chance: float) -> str:
    if chance < 0.62:
        return Seat.Attendance.PRESENT
    if chance < 0.78:
        return Seat.Attendance.BY_VIDEO
    if chance < 0.9:
        return Seat.Attendance.SUBSTITUTE
    return Seat.Attendance.APOLOGIES if chance < 0.97 else Seat.Attendance.ABSENT


def _filled(order: Pair, values: dict[str, Pair | str]) -> Pair:
    english = {k: v.en if isinstance(v, Pair) else v for k, v in values.items()}
    chinese = {k: v.zh if isinstance(v, Pair) else v for k, v in values.items()}
    return Pair(order.en.format(**english), order.zh.format(**chinese))
