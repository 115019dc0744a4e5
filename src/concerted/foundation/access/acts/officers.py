"""Registers and retires officers; gives nobody a right (that is an appointment)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.agencies.models import Officer

from ..door import act
from ..permissions import Permission


@act(Permission.OFFICER_REGISTER, record=("username",))
def register_officer(
    *,
    officer: Officer,
    at: datetime,
    username: str,
    name_en: str,
    name_zh: str = "",
    email: str = "",
    language: str = "en",
    password: str | None = None,
    is_demonstration: bool = False,
) -> Officer:
    """Enter an officer without any right; without a password the officer cannot yet sign in by one.

    Raises Invalid for an empty or taken username, no name, or a weak password, each named.
    """
    username = username.strip()
    problems = []
    if not username:
        problems.append(Problem(_("A username is needed."), field="username"))
    elif Officer.objects.filter(username__iexact=username).exists():
        problems.append(
            Problem(_("This username is taken."), field="username", remedy=_("Choose another username."))
        )
    if not (name_en or name_zh):
        problems.append(Problem(_("A name is needed."), field="name_en"))
    registered = Officer(
        username=username,
        name_en=name_en,
        name_zh=name_zh,
        email=email,
        language=language,
        is_demonstration=is_demonstration,
        created_at=at,
    )
    problems += _password_problems(password, registered)
    if problems:
        raise Invalid(_("The officer was not registered."), problems=problems)
    _set(registered, password)
    registered.save()
    return registered


@act(Permission.OFFICER_REGISTER, subject=None)
def change_officer(
    *,
    officer: Officer,
    at: datetime,
    changed: Officer,
    name_en: str | None = None,
    name_zh: str | None = None,
    email: str | None = None,
    language: str | None = None,
) -> Officer:
    """Correct an officer's names, address or language; what is None stays."""
    given = {"name_en": name_en, "name_zh": name_zh, "email": email, "language": language}
    fields = {field: value for field, value in given.items() if value is not None}
    for field, value in fields.items():
        setattr(changed, field, value)
    changed.save(update_fields=list(fields))
    return changed


@act(Permission.OFFICER_REGISTER, record=("reason",))
def deactivate_officer(*, officer: Officer, at: datetime, retired: Officer, reason: str) -> Officer:
    """Close an officer's account from the next request on; appointments and history stay readable.

    Raises Conflict for the acting officer's own account.
    """
    if retired.pk == officer.pk:
        raise Conflict(_("You cannot close your own account."), remedy=_("Ask another administrator."))
    retired.is_active = False
    retired.save(update_fields=["is_active"])
    return retired


@act(Permission.OFFICER_REGISTER)
def set_password(*, officer: Officer, at: datetime, holder: Officer, password: str | None) -> Officer:
    """Give an officer a new password (None: none), which ends all sessions.

    Raises Invalid for a weak one, and for the system officer, which has none.
    """
    problems = _password_problems(password, holder)
    if holder.is_machine:
        problems.append(Problem(_("The system officer has no password."), field="password"))
    if problems:
        raise Invalid(_("The password was not changed."), problems=problems)
    _set(holder, password)
    holder.save(update_fields=["password"])
    return holder


def _set(officer: Officer, password: str | None) -> None:
    if password is None:
        officer.set_unusable_password()
    else:
        officer.set_password(password)


def _password_problems(password: str | None, officer: Officer) -> list[Problem]:
    if password is None:
        return []
    try:
        validate_password(password, officer)
    except ValidationError as error:
        return [Problem(message, field="password") for message in error.messages]
    return []
