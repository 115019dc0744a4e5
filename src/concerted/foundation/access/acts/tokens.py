"""Issues and revokes keys for machines; the key is shown once and only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.agencies.models import Officer, Post

from ..door import act
from ..models import ApiToken
from ..permissions import Permission
from ..policy import SubjectFacts, holds

#: "read" opens every permission that ends in :read, "write" every other; both only as far as the post reaches, and
#: neither one about persons and their cases: a key issued for plans never opens a case.
BROAD_SCOPES = ("read", "write")
#: The same for persons and their cases, less what takes them away or destroys them: that is named one by one.
CASE_SCOPES = ("cases:read", "cases:write")
ONLY_BY_NAME = frozenset({Permission.CASE_EXPORT, Permission.ERASURE_REQUEST, Permission.ERASURE_APPROVE})
LONGEST_TOKEN_LIFE = timedelta(days=366)
_MARK = "concerted"


def _of_own_agency(**kwargs: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({kwargs["officer"].agency_id}))


def _of_the_holders_agency(**kwargs: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({kwargs["token"].appointment.post.agency_id}))


@act(Permission.TOKEN_ISSUE, subject=_of_own_agency, record=("label",))
def issue_token(
    *,
    officer: Officer,
    at: datetime,
    label: str,
    scopes: Sequence[str],
    expires_at: datetime,
    issued_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A key under the officer's present appointment and the one showing of its secret (256 random bits).

    issued_at: the real time where `at` is a demonstration's. Raises Invalid for no label, a scope the officer
    does not hold, or an expiry that is past or further away than LONGEST_TOKEN_LIFE.
    """
    begins = issued_at or at
    problems = _problems(officer, label, scopes, begins, expires_at)
    if problems:
        raise Invalid(_("The key was not issued."), problems=problems)
    assert officer.acting is not None
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        appointment=officer.acting,
        label=label.strip(),
        prefix=prefix,
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        created_at=begins,
        created_by=officer,
        expires_at=expires_at,
    )
    return token, f"{_MARK}_{prefix}_{secret}"


@act(Permission.TOKEN_REVOKE, subject=_of_the_holders_agency)
def revoke_token(
    *, officer: Officer, at: datetime, token: ApiToken, revoked_at: datetime | None = None
) -> ApiToken:
    """End a key at once; its holder may, or an administrator of its agency. Raises NotThere for others."""
    assert officer.acting is not None
    is_administrator = officer.acting.post.function == Post.Function.ADMINISTRATOR
    if token.appointment.officer_id != officer.pk and not is_administrator:
        raise NotThere(_("There is no such key."))
    if token.revoked_at is None:
        token.revoked_at = revoked_at or at
        token.save(update_fields=["revoked_at"])
    return token


def scope_of(permission: Permission) -> str:
    """The broad scope that opens a permission; empty for one that is opened by its own name alone."""
    kind = "read" if str(permission).endswith(":read") else "write"
    if not permission.is_secret:
        return kind
    return "" if permission.scope == "vault" or permission in ONLY_BY_NAME else f"cases:{kind}"


def digest_of(secret: str) -> bytes:
    """SHA-256 of a key's secret part; it carries 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


def _problems(
    officer: Officer, label: str, scopes: Sequence[str], begins: datetime, expires_at: datetime
) -> list[Problem]:
    problems = []
    if not label.strip():
        problems.append(Problem(_("A label is needed."), field="label"))
    if not scopes:
        problems.append(Problem(_("Choose at least one scope."), field="scopes"))
    known = {str(permission) for permission in Permission}
    for scope in scopes:
        if scope in BROAD_SCOPES:
            continue
        if scope in CASE_SCOPES and any(
            holds(officer, each) for each in Permission if scope_of(each) == scope
        ):
            continue
        if scope not in known or not holds(officer, Permission(scope)):
            problems.append(
                Problem(_("Your post does not hold %(scope)s.") % {"scope": scope}, field="scopes")
            )
    if not begins < expires_at <= begins + LONGEST_TOKEN_LIFE:
        problems.append(
            Problem(_("The key must expire between now and one year from now."), field="expires_at")
        )
    return problems
