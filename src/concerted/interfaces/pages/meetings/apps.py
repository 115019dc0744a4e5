"""Registers the pages of the joint meeting."""

from django.apps import AppConfig


class MeetingsPagesConfig(AppConfig):
    name = "concerted.interfaces.pages.meetings"
    label = "pages_meetings"
