"""Registers the audit room with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "concerted.foundation.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
