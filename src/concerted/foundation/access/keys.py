"""Opens an API key and remembers answers to unsafe calls; never decides a permission (that is policy)."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import models

from concerted.foundation.agencies.models import Officer
from concerted.foundation.agencies.reads import act_under
from concerted.foundation.vault.sealing import Place, seal, unseal

from .acts.tokens import digest_of, scope_of
from .models import ApiToken, IdempotentAnswer
from .permissions import Permission


@dataclass(frozen=True)
class OpenedKey:
    """An officer acting under the key's appointment, with what the key is limited to.

    answers: under which answers about persons are kept for a retry. It is made of the secret, of which nothing but
    a hash is kept, so that at rest nobody opens them.
    """

    officer: Officer
    token_id: int
    scopes: frozenset[str]
    answers: bytes = field(repr=False)

    def covers(self, permission: Permission) -> bool:
        """Whether the key's scopes reach the permission; the post's own limits apply besides."""
        return bool({str(permission), scope_of(permission)} & self.scopes)


def open_key(secret: str, *, real: datetime, at: datetime) -> OpenedKey | None:
    """The key behind the secret, or None when it is unknown, revoked, expired or its appointment has ended.

    real: the calendar's time, for expiry; at: the mechanism's, for the appointment.
    """
    mark, _, rest = secret.partition("_")
    prefix, _, tail = rest.partition("_")
    if mark != "concerted" or not prefix or not tail or "\x00" in prefix:
        return None
    token = ApiToken.objects.select_related("appointment__officer").filter(prefix=prefix).first()
    fits = hmac.compare_digest(bytes(token.digest) if token else bytes(32), digest_of(tail))
    if token is None or not fits:
        return None
    if token.revoked_at is not None or token.expires_at <= real:
        return None
    officer = act_under(officer=token.appointment.officer, on=at.date(), appointment_id=token.appointment_id)
    if officer.acting is None or officer.acting.pk != token.appointment_id:
        return None
    answers = hmac.new(tail.encode(), b"concerted/answers kept for a retry", sha256).digest()
    return OpenedKey(officer, token.pk, frozenset(token.scopes), answers)


def held_version(thing: models.Model) -> int | None:
    """The row version of a thing that counts its edits, held until the transaction ends; None when it is gone."""
    rows = type(thing)._base_manager.select_for_update(of=("self",))
    return rows.filter(pk=thing.pk).values_list("row_version", flat=True).first()


def first_call(*, officer: Officer, key: str, fingerprint: str, real: datetime) -> IdempotentAnswer | None:
    """Claim the key for this call; None when it is new, else what was answered to the first call.

    fingerprint: of the call's method, address and body; the caller refuses a kept answer to another one. real: the
    calendar's time. A twin call under way is waited for: the claim commits or vanishes with its act. (After the
    IETF draft draft-ietf-httpapi-idempotency-key-header.)
    """
    IdempotentAnswer.objects.bulk_create(
        [IdempotentAnswer(officer=officer, key=key, fingerprint=fingerprint, created_at=real)],
        ignore_conflicts=True,
    )
    kept = IdempotentAnswer.objects.get(officer=officer, key=key)
    return None if kept.status == 0 and kept.fingerprint == fingerprint else kept


def keep_answer(
    *,
    officer: Officer,
    key: str,
    status: int,
    body: str,
    headers: Mapping[str, str],
    under: bytes = b"",
) -> None:
    """Remember the answer in the transaction of its act; sealed, where it is about a person, `under` the caller's
    own key."""
    if under:
        body = b64encode(seal(under, _place(officer, key), body.encode())).decode()
    IdempotentAnswer.objects.filter(officer=officer, key=key).update(
        status=status, body=body, headers=dict(headers)
    )


def give_back(*, officer: Officer, key: str) -> None:
    """Let the key be claimed anew, in the transaction that claimed it: nothing was done under it."""
    IdempotentAnswer.objects.filter(officer=officer, key=key, status=0).delete()


def forget_answers(*, before: datetime) -> int:
    """Let go of the keys claimed before that moment, and of what was answered under them; returns how many."""
    return IdempotentAnswer.objects.filter(created_at__lt=before).delete()[0]


def kept_body(kept: IdempotentAnswer, *, under: bytes = b"") -> str:
    """The body of a kept answer. Raises Tampered where it was sealed under another key than `under`."""
    if not under:
        return kept.body
    return unseal(under, _place(kept.officer, kept.key), b64decode(kept.body)).decode()


def _place(officer: Officer, key: str) -> Place:
    return Place("access_idempotentanswer", f"{officer.pk} {key}", "body", UUID(int=0))
