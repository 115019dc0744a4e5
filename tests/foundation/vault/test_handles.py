"""A row's name before strangers says neither its number nor how many rows lie beside it."""

from itertools import pairwise

import pytest

from concerted.foundation.vault.handles import handle_of, number_of


@pytest.mark.parametrize("number", [0, 1, 41, 2**52, 2**63 - 1])
def test_a_name_leads_back_to_its_number(number: int) -> None:
    name = handle_of("tests", number)
    assert (len(name), number_of("tests", name)) == (26, number)


@pytest.mark.parametrize("name", ["", "41", "x" * 26, "a" * 26, "é" * 26, handle_of("another", 41)])
def test_what_is_no_name_leads_nowhere(name: str) -> None:
    assert number_of("tests", name) is None


def test_names_of_neighbours_share_no_beginning_and_keep_no_order() -> None:
    names = [handle_of("tests", number) for number in range(200)]
    assert len(set(names)) == 200
    assert names != sorted(names)
    assert max(_shared(*two) for two in pairwise(names)) < 8


def _shared(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))
