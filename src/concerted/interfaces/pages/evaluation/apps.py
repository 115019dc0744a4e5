"""Registers the evaluation pages with Django."""

from django.apps import AppConfig


class EvaluationPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.evaluation"
    label = "pages_evaluation"
