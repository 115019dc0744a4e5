"""Registers the home pages with Django."""

from django.apps import AppConfig


class HomePagesConfig(AppConfig):
    name = "concerted.interfaces.pages.home"
    label = "pages_home"
