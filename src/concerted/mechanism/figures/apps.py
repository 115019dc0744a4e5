"""Registers the figures room with Django."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "concerted.mechanism.figures"
    label = "figures"
    default_auto_field = "django.db.models.BigAutoField"
