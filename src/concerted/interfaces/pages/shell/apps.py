"""Registers the page shell with Django; it holds no models."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """The Django application of the page shell."""

    name = "concerted.interfaces.pages.shell"
    label = "shell"
    verbose_name = "Page shell"
