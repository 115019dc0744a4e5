"""How officers sign in: nobody registers himself, keys are kept encrypted, a locked account tells nothing."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from concerted.foundation.access.callers import client_address
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import demonstration_clock, moment_of
from concerted.foundation.agencies.reads import Officer, act_under


class SignInAdapter(DefaultAccountAdapter):
    """Officers are registered by an administrator, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Officer | None:
        """The officer, or None alike for an unknown name, a wrong password and a closed account."""
        officer = super().authenticate(request, **credentials)
        return officer if isinstance(officer, Officer) and officer.is_active else None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who works on cases begins at My work, everybody else at the Monday page."""
        who, at = request.user, moment_of(demonstration_clock())
        if isinstance(who, Officer):
            officer = act_under(officer=who, on=at.date(), appointment_id=request.session.get("appointment"))
            if officer.acting is not None and holds(officer, Permission.REFERRAL_READ):
                return reverse("cases:work")
        return str(super().get_login_redirect_url(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class FederatedSignInAdapter(DefaultSocialAccountAdapter):
    """A ministry's own sign-in may only open an officer who is already registered."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted under a key derived from the installation's own."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def needs_second_factor(officer: Officer) -> bool:
    """Whether the post the officer acts in may only be used with a second factor."""
    required = settings.REQUIRE_MFA
    return officer.acting is not None and ("all" in required or officer.acting.post.function in required)


def has_second_factor(officer: Officer) -> bool:
    """Whether the officer has set up a one-time code, a passkey or a security key."""
    return bool(is_mfa_enabled(officer))


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """The answer to too many failures from one address for one username, known or unknown alike."""
    response = render(request, "account/locked_out.html", status=429)
    add_never_cache_headers(response)
    return response


def _cipher() -> Fernet:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"concerted second factors")
    return Fernet(base64.urlsafe_b64encode(derive.derive(settings.SECRET_KEY.encode())))
