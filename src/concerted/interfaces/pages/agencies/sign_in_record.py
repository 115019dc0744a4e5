"""Hears what allauth does to sessions and keys and has it recorded; it stops nothing."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import Signal

from concerted.foundation.access.acts import record_sign_in
from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.reads import Officer

_HEARD: dict[Signal, str] = {
    user_logged_in: "signed_in",
    user_logged_out: "signed_out",
    password_changed: "password_changed",
    authenticator_added: "second_factor_added",
    authenticator_removed: "second_factor_removed",
    authenticator_reset: "recovery_codes_renewed",
}


def listen() -> None:
    """Connect once, when Django is ready."""
    for signal, what in _HEARD.items():
        signal.connect(_recorder(what), weak=False, dispatch_uid=f"concerted.{what}")


def _recorder(what: str) -> Any:
    def heard(sender: Any, user: Any = None, **kwargs: Any) -> None:
        if isinstance(user, Officer):
            record_sign_in(officer=user, at=mechanism_now(), what=what)

    return heard
