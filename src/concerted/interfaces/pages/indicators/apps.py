"""Registers the indicators pages with Django."""

from django.apps import AppConfig


class IndicatorsPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.indicators"
    label = "pages_indicators"
