"""Agencies, places, posts, appointments and officers as tables."""

from .agency import Agency, AgencyQuerySet, Membership, MembershipCount
from .officer import Appointment, Officer, Post
from .place import Place, PlaceQuerySet, is_within, province_of, significant_digits

__all__ = [
    "Agency",
    "AgencyQuerySet",
    "Appointment",
    "Membership",
    "MembershipCount",
    "Officer",
    "Place",
    "PlaceQuerySet",
    "Post",
    "is_within",
    "province_of",
    "significant_digits",
]
