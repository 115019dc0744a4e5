"""The one NinjaAPI of Concerted; routers of the parts are attached here."""

from __future__ import annotations

from ninja import NinjaAPI

api = NinjaAPI(title="Concerted", version="1.0.0", urls_namespace="api-v1")
