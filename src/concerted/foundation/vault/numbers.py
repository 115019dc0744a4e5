"""Row numbers that tell nothing: neither one nor the gap beside it says how many rows there are."""

from __future__ import annotations

import secrets


def secret_number() -> int:
    """A random number from 1 to 2^52 - 1, so that every browser holds it exactly."""
    return secrets.randbelow(2**52 - 1) + 1
