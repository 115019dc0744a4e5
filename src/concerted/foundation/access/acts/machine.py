"""The system officer under whom loaders and jobs act; nobody can sign in as it."""

from __future__ import annotations

from datetime import date, datetime

from concerted.foundation.agencies.models import Agency, Appointment, Officer, Post
from concerted.foundation.agencies.reads import acting_as
from concerted.foundation.audit import acts as audit

from ..door import acting

MACHINE_USERNAME = "concerted-machine"
OFFICE_KEY = "mps-cid"

#: The machine's appointments must be live on any day a plan or a demonstration may be set on.
_SINCE = date(1970, 1, 1)
_POSTS = (
    (Post.Function.ADMINISTRATOR, "System administrator", "系统管理员"),
    (Post.Function.SECRETARIAT, "System, for the office of the joint meeting", "系统（代联席会议办公室）"),
)


def bootstrap_machine_officer(*, at: datetime) -> Officer:
    """The system officer, acting as administrator; made with its two appointments where it is missing.

    `acting_as(officer=..., on=..., function=...)` of agencies.reads turns it into the secretariat.
    This is the one write without an officer before it; it can be repeated and gives no human any right.
    """
    officer = Officer.objects.filter(username=MACHINE_USERNAME).first() or _made(at)
    return acting_as(officer=officer, on=at.date(), function=Post.Function.ADMINISTRATOR)


def _made(at: datetime) -> Officer:
    act = "access.bootstrap_machine_officer"
    with acting(None, at, act=act):
        officer = Officer(
            username=MACHINE_USERNAME,
            name_en="Concerted (system)",
            name_zh="系统",
            is_machine=True,
            created_at=at,
        )
        officer.set_unusable_password()
        officer.save()
        office, _made_now = Agency.objects.get_or_create(
            key=OFFICE_KEY,
            defaults={
                "kind": Agency.Kind.MINISTRY,
                "name_en": "MPS Criminal Investigation Bureau",
                "name_zh": "公安部刑事侦查局",
            },
        )
        for function, title_en, title_zh in _POSTS:
            post = Post.objects.create(agency=office, function=function, title_en=title_en, title_zh=title_zh)
            Appointment.objects.create(
                officer=officer, post=post, valid_from=_SINCE, reason="the system's own appointment"
            )
        audit.record(
            at=at,
            kind="act",
            act=act,
            officer_id=officer.pk,
            appointment_id=None,
            agency_id=office.pk,
            subject_kind="agencies.officer",
            subject_id=officer.pk,
        )
    return officer
