"""Copies national measures into a place's draft and edits them there; it touches no version that was adopted."""

from .copying import copy_measures
from .opening import draft_for_editing, in_draft, open_local_plan
from .writing import Impossible, write_fields

__all__ = [
    "Impossible",
    "copy_measures",
    "draft_for_editing",
    "in_draft",
    "open_local_plan",
    "write_fields",
]
