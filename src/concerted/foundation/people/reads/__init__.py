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
from .retention import Preview, erasure_by_id, erasure_preview, holds_on, open_erasures

__all__ = [
    "Duplicate",
    "Identity",
    "Preview",
    "Stated",
    "erasure_by_id",
    "erasure_preview",
    "holds_on",
    "identities_of",
    "identity_of",
    "open_erasures",
    "person_by_id",
    "persons_by_ids",
    "photograph_of",
    "possible_duplicates",
]
