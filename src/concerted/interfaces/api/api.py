"""The one NinjaAPI of Concerted, with the router of every part; it holds no operation of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from concerted.errors import NotThere

from . import (
    agencies,
    agenda,
    alignment,
    cases,
    coverage,
    decisions,
    drafts,
    estimates,
    evaluations,
    figures,
    indicators,
    instruments,
    me,
    measures,
    meeting_series,
    meetings,
    minutes,
    notes,
    obligations,
    papers,
    periods,
    plans,
    rebases,
    record,
    reports,
    search,
    seats,
    sessions,
    strands,
    support,
    timetables,
)
from .call import BearerKey, Router
from .problems import MEDIA_TYPE, problem, register


class ConcertedAPI(NinjaAPI):
    """Tells wrong methods as problems too, and documents the media type that faults are sent with."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._written: dict[str, OpenAPISchema] = {}

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _telling(pattern.callback)
        return patterns

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI document of every operation; put together once, for it takes seconds and never changes."""
        key = repr(sorted(options.items()))
        if key not in self._written:
            self._written[key] = self._write(**options)
        return self._written[key]

    def _write(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for methods in schema["paths"].values():
            for described in methods.values():
                for status, answer in described["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
        return schema


def _telling(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @functools.wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        allowed = answer.get("Allow", "")
        faulty = problem(
            405,
            "method_not_allowed",
            _("This address does not take the method %(method)s.") % {"method": request.method},
            remedy=_("It takes: %(methods)s.") % {"methods": allowed},
        )
        faulty["Allow"] = allowed
        return faulty

    return told


api = ConcertedAPI(
    title="Concerted",
    version="1.0.0",
    description="The mechanism's working system. Errors are problem+json; lists are cursor pages; a change sends the "
    "ETag it was made on as If-Match, and a POST an Idempotency-Key that a retry repeats. What is forbidden and what "
    "does not exist get the same answer.",
    urls_namespace="api-v1",
    auth=BearerKey(),
    docs_url=None,
)
register(api)
for part in (
    me, agencies, plans, strands, timetables, measures, drafts, periods, reports, support, indicators, figures,
    alignment, coverage, rebases, obligations, evaluations, instruments, meeting_series, meetings, seats, agenda,
    sessions, minutes, decisions, papers, estimates, notes, record, search,
):  # fmt: skip
    api.add_router("", part.router)
for router in cases.routers:
    api.add_router("", router)

rest = Router()


@rest.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:anything}", auth=None, include_in_schema=False
)
def nothing(request: HttpRequest, anything: str) -> None:
    """Answer for every address that is none."""
    raise NotThere(_("There is no such thing, or it is not open to you."))


api.add_router("", rest)
