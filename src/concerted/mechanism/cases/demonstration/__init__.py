"""Fills invented cases into the demonstration nation through acts; no person, place or story in it is real."""

from .fill import Offer, fill, is_filled, remember_passwords
from .stage import AGENCIES, ROLES
from .telling import Scored

__all__ = ["AGENCIES", "ROLES", "Offer", "Scored", "fill", "is_filled", "remember_passwords"]
