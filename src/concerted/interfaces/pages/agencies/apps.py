"""Registers the agencies pages with Django."""

from django.apps import AppConfig


class AgenciesPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.agencies"
    label = "pages_agencies"

    def ready(self) -> None:
        from .sign_in_record import listen

        listen()
