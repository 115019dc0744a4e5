"""Registers the obligations room with Django."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "concerted.foundation.obligations"
    label = "obligations"
    default_auto_field = "django.db.models.BigAutoField"
