"""Addresses of the estimates pages."""

from __future__ import annotations

from django.urls import path

from .views import lists, runs

app_name = "estimates"
urlpatterns = [
    path("", lists.index, name="list"),
    path("new/", lists.new, name="new"),
    path("compare/", lists.compare, name="compare"),
    path("reported/", lists.against, name="against"),
    path("<int:pk>/", runs.run, name="run"),
    path("<int:pk>/progress/", runs.progress, name="progress"),
    path("<int:pk>/cancel/", runs.cancel, name="cancel"),
    path("<int:pk>/repeat/", runs.repeat, name="repeat"),
    path("<int:pk>/share/", runs.share, name="share"),
    path("<int:pk>/export/<slug:form>/", runs.export, name="export"),
]
