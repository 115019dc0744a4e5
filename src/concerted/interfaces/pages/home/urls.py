"""Addresses of the home pages."""

from __future__ import annotations

from django.urls import path

from .views import monday, notices, obligations, search

app_name = "home"
urlpatterns = [
    path("", monday.monday, name="monday"),
    path("obligations/", obligations.obligations, name="obligations"),
    path("obligations/<int:pk>/", obligations.obligation, name="obligation"),
    path("obligations/<int:pk>/excuse/", obligations.excuse, name="excuse"),
    path("notices/", notices.notices, name="notices"),
    path("search/", search.search, name="search"),
]
