"""Fills an invented nation through acts, the same one for the same seed; it invents no fact about real people."""

from .fill import ROLES, fill, is_filled, remember_passwords
from .script import NATIONAL, SEED, SIZES, SMALL, STANDARD, TODAY, Province, Size
from .stage import the_machine

__all__ = [
    "NATIONAL",
    "ROLES",
    "SEED",
    "SIZES",
    "SMALL",
    "STANDARD",
    "TODAY",
    "Province",
    "Size",
    "fill",
    "is_filled",
    "remember_passwords",
    "the_machine",
]
