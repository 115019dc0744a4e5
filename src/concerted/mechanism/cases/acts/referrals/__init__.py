"""Referrals: offered to another agency's queue, answered, served; every answer reaches the sender."""

from .answering import accept_referral, decline_referral, return_referral, see_referral
from .checks import PREVIEW_KEYS, standing_referral
from .sending import (
    close_referral,
    complete_information,
    draft_referral,
    record_outside_outcome,
    see_feedback,
    send_referral,
    withdraw_referral,
)
from .serving import begin_service, fail_service, finish_service

__all__ = [
    "PREVIEW_KEYS",
    "accept_referral",
    "begin_service",
    "close_referral",
    "complete_information",
    "decline_referral",
    "draft_referral",
    "fail_service",
    "finish_service",
    "record_outside_outcome",
    "return_referral",
    "see_feedback",
    "see_referral",
    "send_referral",
    "standing_referral",
    "withdraw_referral",
]
