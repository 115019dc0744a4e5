"""The one NinjaAPI of Concerted; routers of the parts are attached here."""

from __future__ import annotations

from ninja import NinjaAPI

from .call import BearerKey
from .problems import register

api = NinjaAPI(
    title="Concerted",
    version="1.0.0",
    description="The mechanism's working system. Errors are problem+json; lists are cursor pages; a change sends the "
    "ETag it was made on as If-Match and an Idempotency-Key that a retry repeats.",
    urls_namespace="api-v1",
    auth=BearerKey(),
    docs_url=None,
)
register(api)
