"""Addresses of case work for whoever does not sign in."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import publicly

app_name = "tell"
urlpatterns: list[URLPattern] = [
    path("", publicly.report, name="report"),
    path("standing/", publicly.standing, name="standing"),
    path("letter/", publicly.letter, name="letter"),
    path("received/", publicly.acknowledge, name="acknowledge"),
]
