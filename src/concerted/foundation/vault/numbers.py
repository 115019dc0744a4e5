"""Row numbers that tell nothing: neither one nor the gap beside it says how many rows there are."""

from __future__ import annotations

import re
import secrets
import unicodedata


def secret_number() -> int:
    """A random number from 1 to 2^52 - 1, so that every browser holds it exactly."""
    return secrets.randbelow(2**52 - 1) + 1


#: No letter like a figure.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def readable(number: int, letter: str) -> str:
    """The number as it is said over the telephone, such as P-2K3F-9Q2M-XD4: the same for the same number, with no
    letter like a figure; 11 letters hold every number below 2^55. letter: of what it is the number."""
    signs = ""
    for _ in range(11):
        number, place = divmod(number, len(LETTERS))
        signs = LETTERS[place] + signs
    return f"{letter}-{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def as_spoken(typed: str) -> str:
    """A spoken number as it is kept, however it was typed: with other hyphens or none, blanks, small or wide letters.

    What is no such number comes back with its outer blanks cut and in capitals.
    """
    plain = unicodedata.normalize("NFKC", typed).strip().upper()
    signs = re.sub(r"[^A-Z0-9]", "", plain)
    if re.fullmatch(f"[A-Z][{LETTERS}]{{11,12}}", signs) is None:
        return plain
    return "-".join((signs[0], signs[1:5], signs[5:9], signs[9:]))
