"""Person records, what is said of each, marks for search, holds and erasures as tables."""

from .person import Attribute, Choice, Exclusion, Person, SearchMark
from .retention import ErasureRequest, LegalHold

__all__ = [
    "Attribute",
    "Choice",
    "ErasureRequest",
    "Exclusion",
    "LegalHold",
    "Person",
    "SearchMark",
]
