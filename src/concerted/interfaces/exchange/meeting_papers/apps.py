"""Registers the room that makes papers of meetings, so that a worker finds its jobs."""

from django.apps import AppConfig


class MeetingPapersConfig(AppConfig):
    name = "concerted.interfaces.exchange.meeting_papers"
    label = "meeting_papers"
