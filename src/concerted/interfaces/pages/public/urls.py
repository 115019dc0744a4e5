"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views

app_name = "public"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("plans/<slug:key>/", views.plan, name="plan"),
    path("plans/<slug:key>/plan.<slug:form>", views.download, name="download"),
    path("plans/<slug:key>/results.<slug:form>", views.results_file, name="results"),
    path("plans/<slug:key>/<str:measure>/", views.measure, name="measure"),
]
