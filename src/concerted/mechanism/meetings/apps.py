"""Registers the meetings room with Django."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "concerted.mechanism.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import kinds  # noqa: F401
