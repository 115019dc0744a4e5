"""Registers the alignment pages with Django."""

from django.apps import AppConfig


class AlignmentPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.alignment"
    label = "pages_alignment"
