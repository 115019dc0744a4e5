"""Whatever a caller sends, the API answers as documented and never fails: asked by Schemathesis."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.interfaces.api.conditions import conditions_not_held
from tests.interfaces.api.keys import ROOT, Machine, Machines
from tests.interfaces.api.samples import Samples, build_samples

from concerted.config.wsgi import application
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.api.call import OPEN, OPERATIONS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
#: Hypothesis looks for the smallest failing call only in the long run; it takes long.
QUICK, LONG = (Phase.generate,), (Phase.generate, Phase.shrink)


@pytest.fixture
def samples(machines: Machines) -> Iterator[Samples]:
    """The samples, in the test's own transaction: its connection outlives a request, as in Django's client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield build_samples(machines)
    for signal in signals:
        signal.connect(close_old_connections)


def test_calls_with_real_ids_are_answered_as_documented(samples: Samples) -> None:
    answered = _ask(samples, examples=2, phases=QUICK)
    assert len(answered) == len(OPERATIONS) + len(OPEN)
    assert sum(any(status < 300 for status in statuses) for statuses in answered.values()) > 40
    assert conditions_not_held(samples) == {}


@pytest.mark.long
def test_very_many_calls_are_answered_as_documented(samples: Samples) -> None:
    assert _ask(samples, examples=150, phases=LONG)


def _ask(samples: Samples, *, examples: int, phases: tuple[Phase, ...]) -> dict[str, set[int]]:
    """Ask every operation so many times as every one of the keys in turn; returns the statuses met.

    Those of case work, which are as many as all others, are asked less often.
    """
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", application)
    answered: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        with transaction.atomic():
            answered[operation.label] = _ask_one(operation, samples, examples, phases)
            transaction.set_rollback(True)
    return answered


def _ask_one(operation: APIOperation, samples: Samples, examples: int, phases: tuple[Phase, ...]) -> set[int]:
    met: set[int] = set()
    opened_by = {name.replace(".", "_"): permission for name, permission in OPERATIONS.items()}
    permission = opened_by.get(operation.definition.raw["operationId"])

    @settings(
        max_examples=examples * 2 // 3 if permission and permission.is_secret else examples,
        phases=phases,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), chance=st.randoms(use_true_random=False))
    def asked(case: Case, chance: random.Random) -> None:
        _put_real_ids(case, samples, chance, permission)
        if permission is not None:
            machine: Machine = chance.choice(samples.keys_for(permission))
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {machine.secret}"}
        with transaction.atomic():
            answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        met.add(answer.status_code)

    asked()
    return met


def _put_real_ids(case: Case, samples: Samples, chance: random.Random, permission: Permission | None) -> None:
    """Let most calls name things that exist, and send the ETag that stands."""
    if chance.random() < 0.15:
        return
    case.path_parameters = samples.path_of(case.operation.path, case.path_parameters or {}, chance)
    if isinstance(case.body, dict):
        case.body = _with_real_ids(case.body, samples.named_for(permission), chance)
    if (case.headers is not None and "If-Match" in case.headers) or chance.random() < 0.7:
        case.headers = {**(case.headers or {}), "If-Match": '"1"' if chance.random() < 0.7 else '"2"'}


def _with_real_ids(
    body: Mapping[str, Any], named: Mapping[str, list[Any]], chance: random.Random
) -> dict[str, Any]:
    return {name: chance.choice(named[name]) if name in named else value for name, value in body.items()}
