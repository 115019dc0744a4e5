"""Registers the agencies room with Django."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "concerted.foundation.agencies"
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"
