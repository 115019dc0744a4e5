"""Addresses of the estimates pages."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "estimates"
urlpatterns: list[URLPattern] = []
