"""Registers the vault with Django."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "concerted.foundation.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
