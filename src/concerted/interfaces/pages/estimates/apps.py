"""Registers the estimates pages with Django."""

from django.apps import AppConfig


class EstimatesPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.estimates"
    label = "pages_estimates"
