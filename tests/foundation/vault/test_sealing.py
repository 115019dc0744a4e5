"""What is sealed opens in its own place alone, and never after its subject was erased."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from tests.builders import MONDAY, World, build_world

from concerted.config.guard import production_problems
from concerted.errors import ConcertedError, Conflict, Invalid, NotThere, Unready
from concerted.foundation.people import acts as people
from concerted.foundation.people.models import Attribute, Person
from concerted.foundation.people.values import Name, Statement
from concerted.foundation.vault import acts, keys, reads, tombstones
from concerted.foundation.vault.hashes import search_mark
from concerted.foundation.vault.models import SubjectKey
from concerted.foundation.vault.sealing import Erased, Place, Tampered, new_key, seal, unseal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def rows(world: World) -> Any:
    """Four sealed rows of two persons, seen by their agency for the length of the test."""
    officer = world.officer_for(world.yunnan, "case_worker")
    for names in (("李小红", "小红"), ("王芳", "阿芳")):
        people.record_person(officer=officer, at=MONDAY, statements=[Statement(Name(name)) for name in names])
    with world.seen_by(officer):
        found = {reads.opened(row)["full"]: row for row in Attribute.objects.all()}
        yield [found[name] for name in ("李小红", "小红", "王芳", "阿芳")]


def test_a_value_opens_only_in_its_table_row_column_and_subject() -> None:
    key, subject = new_key(), uuid4()
    here = Place("people_attribute", "7", "sealed", subject)
    sealed = seal(key, here, "李小红".encode())
    assert unseal(key, here, sealed).decode() == "李小红"
    for elsewhere in (
        Place("people_choice", "7", "sealed", subject),
        Place("people_attribute", "8", "sealed", subject),
        Place("people_attribute", "7", "file_key", subject),
        Place("people_attribute", "7", "sealed", uuid4()),
        Place("people_attribute7", "", "sealed", subject),
    ):
        with pytest.raises(Tampered):
            unseal(key, elsewhere, sealed)


def test_every_changed_bit_and_every_cut_is_found() -> None:
    key, place = new_key(), Place("t", "1", "c", uuid4())
    sealed = seal(key, place, b"abc")
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            unseal(key, place, bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(Tampered):
            unseal(key, place, sealed[:length])


def test_no_two_rows_can_change_their_sealed_values(rows: list[Attribute]) -> None:
    for one, other in permutations(rows, 2):
        swapped = Attribute(pk=one.pk, subject=one.subject, sealed=other.sealed)
        with pytest.raises(Tampered):
            reads.opened(swapped)
    moved = Attribute(pk=rows[0].pk, subject=rows[2].subject, sealed=rows[0].sealed)
    with pytest.raises(Tampered):
        reads.opened(moved)


def test_a_key_moved_to_another_subject_opens_nothing(rows: list[Attribute]) -> None:
    one, other = (SubjectKey.objects.get(subject=rows[place].subject) for place in (0, 2))
    SubjectKey.objects.filter(pk=one.pk).update(wrapped=other.wrapped)
    with pytest.raises(Tampered):
        reads.opened(rows[0])


def test_the_same_value_is_sealed_differently_every_time(rows: list[Attribute]) -> None:
    key, place = new_key(), Place("t", "1", "c", uuid4())
    assert len({seal(key, place, b"same") for _time in range(200)}) == 200


def test_many_rows_are_opened_with_one_query(rows: list[Attribute], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        opened = reads.opened_all(rows)
    assert [row and row["full"] for row in opened] == ["李小红", "小红", "王芳", "阿芳"]


def test_erasing_destroys_the_key_and_leaves_the_others_readable(rows: list[Attribute]) -> None:
    stone = acts.destroy_key(subject=rows[0].subject, at=MONDAY, reason="asked")
    with pytest.raises(Erased):
        reads.opened(rows[0])
    assert [row is not None for row in reads.opened_all(rows)] == [False, False, True, True]
    assert bytes(SubjectKey.objects.get(subject=rows[0].subject).wrapped) == b""
    assert tombstones.standing() == [stone]
    with pytest.raises(Erased):
        acts.destroy_key(subject=rows[0].subject, at=MONDAY, reason="asked")
    with pytest.raises(Erased):
        acts.keep(rows[1], {"full": "again"})


def test_a_destroyed_key_cannot_keep_its_bytes(rows: list[Attribute]) -> None:
    with pytest.raises(IntegrityError):
        SubjectKey.objects.filter(subject=rows[0].subject).update(destroyed_at=MONDAY)


def test_an_erasure_survives_the_return_of_the_key(rows: list[Attribute]) -> None:
    kept = SubjectKey.objects.get(subject=rows[0].subject).wrapped
    acts.destroy_key(subject=rows[0].subject, at=MONDAY, reason="asked")
    SubjectKey.objects.filter(subject=rows[0].subject).update(wrapped=kept, destroyed_at=None)
    assert reads.opened(rows[0])["full"] == "李小红", "as an old backup brings it back"
    assert acts.reapply(tombstones.standing()) == [rows[0].subject]
    with pytest.raises(Erased):
        reads.opened(rows[0])
    assert acts.reapply(tombstones.standing()) == []


def test_the_ledger_of_the_erased_shows_every_change() -> None:
    subjects = [UUID(int=number) for number in range(1, 6)]
    for subject in subjects:
        tombstones.add(subject=subject, at=MONDAY, reason="schedule")
    path = tombstones.ledger()
    lines = path.read_text().splitlines(keepends=True)
    for broken in (
        lines[1:],
        lines[:2] + lines[3:],
        [lines[1], lines[0], *lines[2:]],
        [lines[0].replace("1", "2")],
    ):
        path.write_text("".join(broken))
        with pytest.raises(Invalid):
            tombstones.standing()
    path.write_text("".join(lines) + lines[0][:30])
    assert [stone.subject for stone in tombstones.standing()] == subjects, "a crash left half a line"
    tombstones.add(subject=UUID(int=9), at=MONDAY, reason="asked")
    assert len(tombstones.standing()) == 6


def test_search_marks_differ_by_purpose_and_scope_and_by_value() -> None:
    marks = {
        search_mark(purpose, value, scope=scope)
        for purpose in ("people.name", "people.sound")
        for value in ("li", "wang")
        for scope in ("1", "2", "")
    }
    assert len(marks) == 12
    assert search_mark("people.name", "li", scope="1") == search_mark("people.name", "li", scope="1")


@pytest.fixture
def own_keys(settings: Any, tmp_path: Any) -> Any:
    """A key folder of the test's own, so that turning the keys touches no other test."""
    import secrets

    def kept(name: str, *, length: int = 50) -> str:
        path = tmp_path / "keys" / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(length))
        return path.read_text()

    settings.VAULT_SECRETS, settings.VAULT_KEPT_SECRET = tmp_path / "keys", kept
    keys.forget()
    yield tmp_path / "keys"
    keys.forget()


def test_turning_the_master_key_leaves_every_row_readable(own_keys: Any, rows: list[Attribute]) -> None:
    before = [row and row["full"] for row in reads.opened_all(rows)]
    marks = search_mark("people.name", "li")
    assert keys.add_master().current == 2
    assert reads.opened(rows[0])["full"] == before[0], "between the new key and the wrapping anew"
    with pytest.raises(Conflict):
        acts.retire_masters()
    assert [acts.rewrap(most=1) for _time in range(3)] == [1, 1, 0]
    assert acts.retire_masters() == [1]
    assert [row and row["full"] for row in reads.opened_all(rows)] == before
    assert search_mark("people.name", "li") == marks
    assert sorted(path.name for path in own_keys.iterdir()) == ["vault_master_2", "vault_search"]


def test_a_missing_master_key_is_named(own_keys: Any, rows: list[Attribute]) -> None:
    (own_keys / "vault_master_1").rename(own_keys / "vault_master_7")
    keys.forget()
    with pytest.raises(Unready, match="master key 1 is missing"):
        reads.opened(rows[0])


@pytest.mark.parametrize(
    "given", ["", "short", "1:AAAA", "two:" + "A" * 43, "1:" + "A" * 43 + ",x:" + "A" * 43]
)
def test_a_key_that_is_no_key_is_refused(settings: Any, given: str) -> None:
    settings.VAULT_MASTER_KEY, settings.VAULT_SEARCH_KEY = given or "-", "A" * 43
    keys.forget()
    try:
        with pytest.raises(Unready):
            keys.key_ring()
    finally:
        settings.VAULT_MASTER_KEY = ""
        keys.forget()


def test_a_default_key_is_not_random_enough_for_real_officers(settings: Any) -> None:
    settings.VAULT_MASTER_KEY, settings.VAULT_SEARCH_KEY = "A" * 43, "B" * 43
    keys.forget()
    try:
        assert keys.weaknesses() == ["The master key 1 is not random.", "The search key is not random."]
        assert [one.field for one in production_problems()].count("vault") == 2
    finally:
        settings.VAULT_MASTER_KEY = ""
        keys.forget()


def test_an_unknown_subject_is_not_there(world: World) -> None:
    with world.seen_by(world.secretariat), pytest.raises(NotThere):
        reads.data_key(uuid4())


def test_nothing_readable_stands_in_the_tables(rows: list[Attribute]) -> None:
    with connection.cursor() as cursor:
        for table in ("people_person", "people_attribute", "people_searchmark", "vault_subjectkey"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            (text,) = cursor.fetchone()
            assert text and not [word for word in ("李小红", "小红".encode().hex()) if word in text]
    assert Person.objects.count() == 2 and issubclass(Tampered, ConcertedError)
