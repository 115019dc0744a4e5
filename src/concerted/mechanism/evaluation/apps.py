"""Registers the evaluation room with Django."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "concerted.mechanism.evaluation"
    label = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import kinds  # noqa: F401
