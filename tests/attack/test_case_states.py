"""Four agencies do anything in any order: no illegal state, no act without its right, no lost update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.builders import CaseWorld, build_case_world
from tests.mechanism.cases.woman import HEARD, consent_to, open_case

from concerted.errors import ConcertedError
from concerted.foundation.agencies.models import Agency
from concerted.mechanism.cases.acts import cases, consents, files, referrals, transfers
from concerted.mechanism.cases.models import Case, Contact, Referral
from concerted.mechanism.cases.state_words import CLOSING_ACTS
from concerted.mechanism.cases.states import CASE, REFERRAL

pytestmark = pytest.mark.django_db

ACTORS = ("police", "station", "hospital", "outsider")
OVER = ("closed", "withdrawn", "feedback_seen", "draft", "completed", "not_completed", "declined")
Act = Callable[..., Any]
REFERRAL_ACTS: dict[str, tuple[Act, dict[str, Any]]] = {
    "send": (referrals.send_referral, {}),
    "see": (referrals.see_referral, {}),
    "accept": (referrals.accept_referral, {}),
    "decline": (referrals.decline_referral, {"code": "no_capacity"}),
    "return": (referrals.return_referral, {"question": "who?"}),
    "complete": (referrals.complete_information, {"information": "she"}),
    "withdraw": (referrals.withdraw_referral, {"reason": "no need"}),
    "begin": (referrals.begin_service, {}),
    "finish": (referrals.finish_service, {"outcome": "achieved"}),
    "fail": (referrals.fail_service, {"outcome": "person_left"}),
    "see_feedback": (referrals.see_feedback, {}),
    "close": (referrals.close_referral, {}),
}
STEPS = sorted({row.act for row in CASE.rows} - set(CLOSING_ACTS))


@dataclass
class Sent:
    """What the model believes of one referral."""

    row: Referral
    sender: str
    receiver: str
    state: str = "sent"
    has_consent: bool = True


class CaseWork(RuleBasedStateMachine):
    """One case, four agencies; the model keeps what must be so, and the mechanism is held to it."""

    world: ClassVar[CaseWorld]

    def __init__(self) -> None:
        super().__init__()
        self._savepoint = transaction.atomic()
        self._savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._savepoint.__exit__(None, None, None)
        transaction.set_rollback(False)

    @initialize()
    def a_case_is_opened(self) -> None:
        self.case: Case = open_case(self.world)
        self.sent: list[Sent] = []
        self.stage, self.leads = "reported", {"police"}
        self.part = {"police"}
        self.version = 1
        self.offer: Any = None
        self.contact: dict[str, int] = {}

    def _agency(self, actor: str) -> Agency:
        return getattr(self.world, actor)  # type: ignore[no-any-return]

    def _try(self, is_allowed: bool, act: Act, **given: Any) -> Any:
        """The act is done when the model allows it, else refused without a trace."""
        try:
            with transaction.atomic():
                done = act(at=self.world.at, **given)
        except ConcertedError:
            assert not is_allowed, f"{act.__name__} was refused"
            return None
        assert is_allowed, f"{act.__name__} was done without a right"
        return done

    @rule(actor=st.sampled_from(ACTORS), to=st.sampled_from(ACTORS))
    @precondition(lambda self: len(self.sent) < 4)
    def refer(self, actor: str, to: str) -> None:
        officer = self.world.worker(self._agency(actor))
        if actor in self.leads and self.contact and actor not in self.contact:
            return  # whether it has something to give hangs on what it reads of others
        has_words = actor in self.contact or actor in self.leads
        allowed = actor in self.part and self.stage != "closed" and has_words

        def offer(**given: Any) -> Referral:
            consent = consent_to(self.world, self.case, self._agency(to), officer=officer)
            draft = referrals.draft_referral(
                officer=officer,
                case=self.case,
                to_agency=self._agency(to),
                consent=consent,
                service="shelter",
                reason="tonight",
                sections=["contact"],
                purpose="protection",
                **given,
            )
            return referrals.send_referral(officer=officer, referral=draft, **given)

        made = self._try(allowed and actor != to, offer)
        if made is not None:
            self.sent.append(Sent(made, actor, to))

    @rule(
        actor=st.sampled_from(ACTORS),
        number=st.integers(min_value=0, max_value=3),
        act=st.sampled_from(sorted(REFERRAL_ACTS)),
        on_duty=st.booleans(),
    )
    def answer(self, actor: str, number: int, act: str, on_duty: bool) -> None:
        if number >= len(self.sent):
            return
        sent = self.sent[number]
        row = next((row for row in REFERRAL.rows if (row.source, row.act) == (sent.state, act)), None)
        is_receivers = REFERRAL_ACTS[act][0].__name__ in (
            "see_referral",
            "accept_referral",
            "decline_referral",
            "return_referral",
            "begin_service",
            "finish_service",
            "fail_service",
        )
        right_side = actor == (sent.receiver if is_receivers else sent.sender)
        may = is_receivers or not on_duty
        allowed = right_side and may and (row is not None or act == "see")
        if act == "accept":
            allowed = allowed and sent.has_consent and self.stage != "closed"
        officers = self.world.duty if on_duty else self.world.worker
        function, given = REFERRAL_ACTS[act]
        done = self._try(allowed, function, officer=officers(self._agency(actor)), referral=sent.row, **given)
        if done is not None and row is not None:
            sent.state = row.target
            if act == "accept":
                self.part.add(actor)

    @rule(actor=st.sampled_from(ACTORS), step=st.sampled_from(STEPS))
    def advance(self, actor: str, step: str) -> None:
        row = next((row for row in CASE.rows if (row.source, row.act) == (self.stage, step)), None)
        done = self._try(
            actor in self.leads and row is not None,
            cases.advance_case,
            officer=self.world.worker(self._agency(actor)),
            case=self.case,
            step=step,
        )
        if done is not None and row is not None:
            self.stage, self.version = row.target, done.row_version

    @rule(actor=st.sampled_from(ACTORS), is_stale=st.booleans(), risk=st.sampled_from(["low", "high"]))
    def weigh(self, actor: str, is_stale: bool, risk: str) -> None:
        """A change that read an older version never overwrites what came between."""
        read = self.version - 1 if is_stale else self.version
        done = self._try(
            actor in self.leads and not is_stale,
            cases.change_spine,
            officer=self.world.worker(self._agency(actor)),
            case=self.case,
            row_version=read,
            risk=risk,
        )
        if done is not None:
            self.version += 1
            assert done.row_version == self.version

    @rule(actor=st.sampled_from(ACTORS), is_stale=st.booleans())
    def write(self, actor: str, is_stale: bool) -> None:
        known = self.contact.get(actor)
        read = (known or 1) - 1 if is_stale else known
        done = self._try(
            actor in self.part and self.stage != "closed" and not is_stale,
            files.write_section,
            officer=self.world.worker(self._agency(actor)),
            case=self.case,
            section="contact",
            values={"number": actor},
            row_version=read,
        )
        if done is not None:
            self.contact[actor] = (known or 0) + 1
            assert done.row_version == self.contact[actor]

    @rule(actor=st.sampled_from(ACTORS), to=st.sampled_from(ACTORS))
    @precondition(lambda self: self.offer is None)
    def offer_lead(self, actor: str, to: str) -> None:
        done = self._try(
            actor in self.leads and to not in self.leads and self.stage != "closed",
            transfers.offer_lead,
            officer=self.world.worker(self._agency(actor)),
            case=self.case,
            to_agency=self._agency(to),
            reason="nearer",
        )
        if done is not None:
            self.offer = (done, actor, to)

    @rule(actor=st.sampled_from(ACTORS))
    @precondition(lambda self: self.offer is not None)
    def take_lead(self, actor: str) -> None:
        offer, giver, to = self.offer
        done = self._try(
            actor == to and giver in self.leads and self.stage != "closed",
            transfers.accept_lead,
            officer=self.world.worker(self._agency(actor)),
            transfer=offer,
        )
        if done is not None:
            self.leads = {actor}
            self.part.add(actor)
            self.offer, self.version = None, self.version + 1

    @rule(actor=st.sampled_from(ACTORS))
    def withdraw_consent(self, actor: str) -> None:
        live = [sent for sent in self.sent if sent.has_consent]
        done = self._try(
            actor in self.part,
            consents.withdraw_consents,
            officer=self.world.worker(self._agency(actor)),
            case=self.case,
            everything=True,
            **HEARD,
        )
        if done is not None:
            for sent in live:
                sent.has_consent = False

    @rule(actor=st.sampled_from(ACTORS), is_same_person=st.booleans())
    def close_case(self, actor: str, is_same_person: bool) -> None:
        """Only by two persons of a lead, and only when no referral and no offer waits."""
        agency = self._agency(actor)
        first, second = self.world.supervisor(agency), self.world.supervisor(agency)
        if not is_same_person:
            first = self.world.worker(agency)

        def both(**given: Any) -> Case:
            cases.propose_closing(officer=first, case=self.case, closing="opened_in_error", **given)
            return cases.close_case(officer=second, case=self.case, **given)

        ends = all(sent.state in OVER for sent in self.sent) and self.offer is None
        done = self._try(actor in self.leads and self.stage != "closed" and ends and not is_same_person, both)
        if done is not None:
            self.stage, self.version = "closed", done.row_version

    @invariant()
    def everybody_sees_just_what_the_model_says(self) -> None:
        for actor in ACTORS:
            with self.world.at_case_work(self.world.worker(self._agency(actor))):
                spines = list(Case.objects.filter(pk=self.case.pk))
                assert bool(spines) == (actor in self.part), actor
                if spines:
                    assert (spines[0].stage, spines[0].row_version) == (self.stage, self.version)
                writers = set(
                    Contact.objects.filter(case=self.case, replaced_at=None).values_list(
                        "agency__key", flat=True
                    )
                )
                given = {
                    self._agency(sent.sender).key
                    for sent in self.sent
                    if sent.receiver == actor
                    and sent.has_consent
                    and sent.state in ("accepted", "in_service", "completed", "not_completed")
                }
                own = {self._agency(actor).key}
                assert writers - own - given - self._given_before(actor) == set(), actor
                seen = {each.pk: each.state for each in Referral.objects.filter(case=self.case)}
                for sent in self.sent:
                    mine = actor in (sent.sender, sent.receiver) or actor in self.leads
                    assert (sent.row.pk in seen) == mine
                    assert not mine or seen[sent.row.pk] == sent.state

    def _given_before(self, actor: str) -> set[str]:
        """What was accepted stays open until its day, though the referral is over."""
        return {
            self._agency(sent.sender).key
            for sent in self.sent
            if sent.receiver == actor and sent.has_consent and sent.state in ("feedback_seen", "closed")
        }


def _run(examples: int, steps: int) -> None:
    CaseWork.world = build_case_world()
    for actor in ACTORS:
        agency = getattr(CaseWork.world, actor)
        for made in (CaseWork.world.worker, CaseWork.world.supervisor, CaseWork.world.duty):
            made(agency)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        CaseWork,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples < 20,
        ),
    )


def test_four_agencies_in_any_order() -> None:
    _run(examples=6, steps=15)


@pytest.mark.long
def test_four_agencies_in_any_order_for_long() -> None:
    _run(examples=150, steps=40)
