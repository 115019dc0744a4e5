"""Every query of person records, their holds and their erasure."""

from .duplicates import Duplicate, possible_duplicates
from .persons import (
    Identity,
    OwnPerson,
    OwnPersons,
    Stated,
    identities_of,
    identity_of,
    own_persons,
    own_persons_by_ids,
    person_by_id,
    persons_by_ids,
    photograph_of,
)
from .retention import (
    Erased,
    HoldView,
    Preview,
    erasure_by_id,
    erasure_preview,
    erasures_done,
    hold_by_id,
    holds_here,
    holds_on,
    open_erasures,
)

__all__ = [
    "Duplicate",
    "Erased",
    "HoldView",
    "Identity",
    "OwnPerson",
    "OwnPersons",
    "Preview",
    "Stated",
    "erasure_by_id",
    "erasure_preview",
    "erasures_done",
    "hold_by_id",
    "holds_here",
    "holds_on",
    "identities_of",
    "identity_of",
    "open_erasures",
    "own_persons",
    "own_persons_by_ids",
    "person_by_id",
    "persons_by_ids",
    "photograph_of",
    "possible_duplicates",
]
