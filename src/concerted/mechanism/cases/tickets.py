"""Codes handed to people who do not sign in, and the keyed hashes kept in their place; no code is ever kept."""

from __future__ import annotations

from concerted.foundation.vault.hashes import search_mark
from concerted.foundation.vault.numbers import LETTERS

from .models.base import spoken_number

FOLLOW_UP, LETTER, PACKAGE = "cases.follow_up", "cases.letter", "cases.package"


def new_code() -> str:
    """A code of 60 random bits to say or to copy by hand."""
    return spoken_number("K")


def code_once(drawn: str) -> str:
    """The code that follows from what was drawn for one form and what was sent with it: the same for the same, and
    told by nothing without the installation's key."""
    number = int.from_bytes(search_mark("cases.code_once", drawn), "big")
    signs = ""
    for _place in range(12):
        number, sign = divmod(number, len(LETTERS))
        signs += LETTERS[sign]
    return f"K-{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def ticket_of(purpose: str, *words: str) -> str:
    """The keyed hash of what somebody presents; spaces, case and dashes do not matter."""
    said = "/".join("".join(c for c in word.upper() if c.isalnum()) for word in words)
    return search_mark(purpose, said).hex()
