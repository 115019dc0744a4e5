"""Registers the room of person records with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "concerted.foundation.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
