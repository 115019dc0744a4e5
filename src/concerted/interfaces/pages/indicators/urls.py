"""Addresses of the indicators pages."""

from __future__ import annotations

from django.urls import path

from .views import cell, indicator, lists, load, statistics

app_name = "indicators"
urlpatterns = [
    path("", lists.index, name="list"),
    path("conflicts/<slug:plan>/", lists.conflicts, name="conflicts"),
    path("load/<slug:plan>/", load.load, name="load"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("<int:pk>/", indicator.indicator, name="indicator"),
    path("<int:pk>/missing/", indicator.missing, name="missing"),
    path("<int:indicator>/<str:place>/<int:period>/", cell.cell, name="cell"),
    path("values/<int:pk>/rule/", cell.rule, name="rule"),
    path("values/<int:pk>/correct/", cell.correct, name="correct"),
    path("values/<int:pk>/withdraw/", cell.withdraw, name="withdraw"),
]
