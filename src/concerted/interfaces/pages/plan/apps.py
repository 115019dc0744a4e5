"""Registers the plan pages with Django."""

from django.apps import AppConfig


class PlanPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.plan"
    label = "pages_plan"
