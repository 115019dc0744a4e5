"""Addresses of the alignment pages."""

from __future__ import annotations

from django.urls import path

from .views import answer, behind, coverage, place, rebase

app_name = "alignment"
urlpatterns = [
    path("", coverage.home, name="home"),
    path("plan/<slug:plan>/", coverage.coverage, name="coverage"),
    path("plan/<slug:plan>/list/", behind.behind, name="behind"),
    path("plan/<slug:plan>/gaps/", coverage.gaps, name="gaps"),
    path("plan/<slug:plan>/place/<str:code>/", place.place, name="place"),
    path("plan/<slug:plan>/start/", place.start, name="start"),
    path("measure/<int:measure>/", coverage.measure, name="measure"),
    path("measure/<int:measure>/answer/", answer.answer, name="answer"),
    path("measure/<int:measure>/adapt/", answer.adapt, name="adapt"),
    path("measure/<int:measure>/history/<str:code>/", place.history, name="history"),
    path("answer/<int:alignment>/rebase/", rebase.rebase, name="rebase"),
]
