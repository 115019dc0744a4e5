"""Registers the pages of case work with Django."""

from django.apps import AppConfig


class CasePagesConfig(AppConfig):
    name = "concerted.interfaces.pages.cases"
    label = "pages_cases"
