"""Registers the plan room with Django."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "concerted.mechanism.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import kinds  # noqa: F401
