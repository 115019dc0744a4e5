"""Addresses of the agencies pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import account, administration, register
from .views import record as record_pages

app_name = "agencies"
urlpatterns: list[URLPattern] = [
    path("", register.agencies, name="list"),
    path("membership/", register.membership, name="membership"),
    path("place/<str:code>/", register.place, name="place"),
    path("officers/", administration.officers, name="officers"),
    path("officers/register/", administration.register, name="register_officer"),
    path("officers/<int:pk>/", administration.officer, name="officer"),
    path("officers/<int:pk>/appoint/", administration.appoint, name="appoint"),
    path("officers/<int:pk>/close/", administration.close, name="close_officer"),
    path("appointments/<int:pk>/end/", administration.end, name="end_appointment"),
    path("account/", account.account, name="account"),
    path("account/act/", account.switch_appointment, name="switch_appointment"),
    path("account/keys/", account.issue, name="issue_token"),
    path("account/keys/<int:pk>/revoke/", account.revoke, name="revoke_token"),
    path("record/", record_pages.record, name="record"),
    path("<slug:key>/", register.agency, name="agency"),
]
