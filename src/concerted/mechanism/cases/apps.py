"""Registers the case room with Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "concerted.mechanism.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import clocks, holdings

        clocks.register_all()
        holdings.register_holding()
