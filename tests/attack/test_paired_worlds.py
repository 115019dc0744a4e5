"""Nobody without a part in a case can tell the nation that has it from the same nation without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker
from tests.attack.pairs import ASKERS, CARD, NAME, Pair, a_public_day, build_pair, working_in
from tests.attack.walking import (
    Answer,
    differences,
    walk_api,
    walk_forms,
    walk_guesses,
    walk_pages,
    walk_without_a_key,
)

from concerted.config import postgres

#: Who asks in every run; the others ask in the long one. A supervisor's post opens what a case worker's does.
ALWAYS = {
    "a supervisor of an agency without a part",
    "a case worker of the agency, set aside",
    "the office",
    "an evaluator",
    "the public",
}
ALWAYS_BY_API = {"a supervisor of an agency without a part", "a case worker of the agency, set aside"}
#: Who types hidden numbers into forms in every run: of another agency, and of the agency but set aside from the case;
#: and how many posts at least that is, so that a walk that met no form is told.
FORMS_OPEN = {"a supervisor of an agency without a part": 15, "a case worker of the agency, set aside": 60}
TYPES = set(FORMS_OPEN)
SIGNED_IN = [asker for asker in ASKERS if asker != "the public"]


def _in_turn(askers: Iterable[str], always: set[str]) -> list[Any]:
    return [asker if asker in always else pytest.param(asker, marks=pytest.mark.long) for asker in askers]


@pytest.fixture(scope="module")
def pair(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    database_server: postgres.Server,
    database_name: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    with django_db_blocker.unblock():
        made = build_pair(database_server, f"{database_name}_pair", tmp_path_factory.mktemp("pair"))
        for world in made.worlds:
            with working_in(world, made.folder):
                a_public_day(made)
        yield made
    with database_server.connect() as outside:
        for world in made.worlds:
            postgres.drop_database(outside, name=world)


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def _both(pair: Pair, walk: Callable[[Pair, str], dict[str, Answer]], asker: str) -> list[dict[str, Answer]]:
    told = []
    for world in pair.worlds:
        with working_in(world, pair.folder):
            told.append(walk(pair, asker))
    return told


def _nobody_could_tell(without: dict[str, Answer], with_: dict[str, Answer]) -> None:
    told = differences(without, with_)
    assert not told, f"{len(told)} of {len(without)} answers tell:\n" + "\n".join(told)


@pytest.mark.parametrize("asker", _in_turn(ASKERS, ALWAYS))
def test_every_page_search_file_and_error_is_the_same_in_both_worlds(pair: Pair, asker: str) -> None:
    without, with_ = _both(pair, walk_pages, asker)
    _nobody_could_tell(without, with_)
    assert len(without) > 8
    told = b"".join(answer.body for answer in with_.values())
    assert not [word for word in (NAME, CARD) if word.encode() in told]


@pytest.mark.parametrize("asker", _in_turn(ASKERS, TYPES))
def test_a_hidden_number_typed_into_any_form_is_answered_like_a_number_of_nothing(
    pair: Pair, asker: str
) -> None:
    without, with_ = _both(pair, walk_forms, asker)
    _nobody_could_tell(without, with_)
    assert len(without) > FORMS_OPEN.get(asker, 0)


@pytest.mark.long
@pytest.mark.parametrize("asker", sorted(TYPES))
def test_a_hidden_number_typed_into_any_field_at_all_is_answered_alike(pair: Pair, asker: str) -> None:
    _nobody_could_tell(*_both(pair, lambda pair, asker: walk_forms(pair, asker, every=True), asker))


@pytest.mark.parametrize("asker", _in_turn(SIGNED_IN, ALWAYS_BY_API))
def test_every_operation_of_the_api_is_the_same_in_both_worlds(pair: Pair, asker: str) -> None:
    without, with_ = _both(pair, walk_api, asker)
    _nobody_could_tell(without, with_)
    assert len(without) > 100


def test_without_a_key_the_api_is_the_same_in_both_worlds(pair: Pair) -> None:
    without, with_ = _both(pair, lambda pair, _asker: walk_without_a_key(pair), "the public")
    _nobody_could_tell(without, with_)
    opened = {asked for asked, answer in with_.items() if answer.status != 401}
    assert opened and all(asked.startswith("POST /api/v1/public-reports") for asked in opened)


@pytest.mark.long
@pytest.mark.parametrize("asker", SIGNED_IN)
def test_every_hidden_number_in_every_address_is_answered_alike(pair: Pair, asker: str) -> None:
    without, with_ = _both(pair, walk_guesses, asker)
    _nobody_could_tell(without, with_)


#: Sequences that hidden cases move, and why nobody outside sees a number of theirs.
NEVER_SHOWN = {
    "audit_auditentry_id_seq": "rows of the record go by names without order before whoever reads it",
    "access_interest_id_seq": "no page, operation or file tells the number of an interest",
    "people_searchmark_id_seq": "a mark is compared and never shown",
    "obligations_obligationevent_id_seq": "an event is told by its moment and kind",
    "obligations_obligationhistory_pgh_id_seq": "a history is told by its moments",
}


def test_no_sequence_whose_numbers_others_see_moves_because_of_a_hidden_case(pair: Pair) -> None:
    standing = []
    for world in pair.worlds:
        with pair.server.connect(database=world) as outside:
            rows = outside.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
            standing.append({str(name): value for name, value in rows})
    without, with_ = standing
    moved = {name for name in without if without[name] != with_[name]}
    assert moved <= set(NEVER_SHOWN)
    assert "audit_auditentry_id_seq" in moved, "the hidden cases are there"
