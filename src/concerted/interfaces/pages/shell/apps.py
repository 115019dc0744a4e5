"""Registers the page shell with Django; it holds no models."""

from django.apps import AppConfig

from .plain_faults import say_plainly


class ShellConfig(AppConfig):
    """The Django application of the page shell."""

    name = "concerted.interfaces.pages.shell"
    label = "shell"
    verbose_name = "Page shell"

    def ready(self) -> None:
        """Let every form say its faults in the house's words."""
        say_plainly()
