"""Codes handed to people who do not sign in, and the keyed hashes kept in their place; no code is ever kept."""

from __future__ import annotations

from concerted.foundation.vault.hashes import search_mark
from concerted.foundation.vault.numbers import LETTERS

from .models.base import spoken_number

FOLLOW_UP, LETTER, PACKAGE = "cases.follow_up", "cases.letter", "cases.package"


def new_code() -> str:
    """A code of 60 random bits to say or to copy by hand."""
    return spoken_number("K")


def code_for_retry(*sent: str) -> str:
    """The code that goes with what was sent: the same for the same, and to be guessed by nobody without the key."""
    drawn = search_mark("cases.follow_up_code", "/".join(sent))
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in drawn[:12])
    return f"K-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def ticket_of(purpose: str, *words: str) -> str:
    """The keyed hash of what somebody presents; spaces, case and dashes do not matter."""
    said = "/".join("".join(c for c in word.upper() if c.isalnum()) for word in words)
    return search_mark(purpose, said).hex()
