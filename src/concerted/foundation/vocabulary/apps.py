"""Registers the vocabulary room with Django."""

from django.apps import AppConfig


class VocabularyConfig(AppConfig):
    name = "concerted.foundation.vocabulary"
    label = "vocabulary"
    default_auto_field = "django.db.models.BigAutoField"
