"""Registers the reporting pages with Django."""

from django.apps import AppConfig


class ReportingPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.reporting"
    label = "pages_reporting"
