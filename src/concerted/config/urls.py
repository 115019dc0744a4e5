"""Every address of the site, by part."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from concerted.interfaces.api.api import api

handler400 = "concerted.interfaces.pages.middleware.bad_request"
handler403 = "concerted.interfaces.pages.middleware.forbidden"
handler404 = "concerted.interfaces.pages.middleware.not_found"
handler500 = "concerted.interfaces.pages.middleware.server_error"

urlpatterns = [
    path("", include("concerted.interfaces.pages.home.urls")),
    path("plans/", include("concerted.interfaces.pages.plan.urls")),
    path("reporting/", include("concerted.interfaces.pages.reporting.urls")),
    path("indicators/", include("concerted.interfaces.pages.indicators.urls")),
    path("alignment/", include("concerted.interfaces.pages.alignment.urls")),
    path("estimates/", include("concerted.interfaces.pages.estimates.urls")),
    path("meetings/", include("concerted.interfaces.pages.meetings.urls")),
    path("evaluations/", include("concerted.interfaces.pages.evaluation.urls")),
    path("agencies/", include("concerted.interfaces.pages.agencies.urls")),
    path("cases/", include("concerted.interfaces.pages.cases.urls")),
    path("tell/", include("concerted.interfaces.pages.cases.public_urls")),
    path("public/", include("concerted.interfaces.pages.public.urls")),
    path("account/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", api.urls),
]
