"""What every table of case work shares: numbers that tell nothing, and whose row it is; it holds no rule."""

from __future__ import annotations

import secrets

from django.db import models

from concerted.foundation.vault.models import SealedRow
from concerted.foundation.vault.numbers import LETTERS, secret_number


def spoken_number(letter: str) -> str:
    """A number to say over the telephone, such as C-7K3F-9Q2M-XD4P: 60 random bits, no letter like a figure."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(12))
    return f"{letter}-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def case_number() -> str:
    return spoken_number("C")


def report_number() -> str:
    return spoken_number("R")


def referral_number() -> str:
    return spoken_number("F")


class Secret(models.Model):
    """A row whose number is drawn at random."""

    id = models.BigIntegerField(primary_key=True, default=secret_number, editable=False)

    class Meta:
        abstract = True


class SealedSecret(SealedRow, Secret):
    """A row whose number is drawn at random and whose words are sealed under its subject's key."""

    class Meta:
        abstract = True
