"""Every query of person records, their holds and their erasure."""

from .duplicates import Duplicate, possible_duplicates
from .persons import (
    Identity,
    Stated,
    identities_of,
    identity_of,
    person_by_id,
    persons_by_ids,
    photograph_of,
)

__all__ = [
    "Duplicate",
    "Identity",
    "Stated",
    "identities_of",
    "identity_of",
    "person_by_id",
    "persons_by_ids",
    "photograph_of",
    "possible_duplicates",
]
