"""Registers the public pages with Django."""

from django.apps import AppConfig


class PublicPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.public"
    label = "pages_public"
