"""How officers sign in: nobody registers himself; what happens when an account is locked."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Officers are registered by an administrator, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class FederatedSignInAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A ministry's own sign-in may only open an officer who is already registered."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer a locked account exactly like the sign-in page, so that nothing is learned from it."""
    return render(request, "account/locked_out.html", status=429)
