"""Asks every operation that takes If-Match without one and with an old one, as whoever may call it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from django.db import transaction
from tests.interfaces.api.keys import ROOT, Machine
from tests.interfaces.api.samples import Samples

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.api.api import api
from concerted.interfaces.api.call import OPERATIONS

OLD = '"2147483647"'
WORDS = {"date": "2010-04-12", "date-time": "2010-04-12T09:00:00+08:00", "time": "09:00:00"}
_MOST = 24


def conditions_not_held(samples: Samples) -> dict[tuple[str, str], set[int]]:
    """Operations that nobody gets 428 of without If-Match, or 412 with an old one; with the statuses that were met."""
    described = api.get_openapi_schema(path_prefix=ROOT + "/")
    kinds = described["components"]["schemas"]
    by_name = {name.replace(".", "_"): permission for name, permission in OPERATIONS.items()}
    found = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if any(sent["name"] == "If-Match" for sent in operation.get("parameters", ())):
                met = _met(path, method, operation, kinds, samples, by_name[operation["operationId"]])
                if not {412, 428} <= met:
                    found[method, path] = met
    return found


def _met(
    path: str,
    method: str,
    operation: Mapping[str, Any],
    kinds: Mapping[str, Any],
    samples: Samples,
    permission: Permission,
) -> set[int]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    named = {"plan": samples.paths["plans"], **samples.named_for(permission)}
    body = _least(content["schema"], kinds, named) if content else None
    met: set[int] = set()
    for machine in samples.keys_for(permission):
        if 428 in met:
            break
        met.add(_status(machine, method, next(_addresses(path, samples)), body, ""))
    for address, machine in product(_addresses(path, samples), samples.keys_for(permission)):
        if 412 in met:
            break
        met.add(_status(machine, method, address, body, OLD))
    return met


def _status(machine: Machine, method: str, address: str, body: Any, etag: str) -> int:
    with transaction.atomic():
        sent = {"Idempotency-Key": "asked-on-a-version"} if method == "post" else {}
        answer = machine.send(method.upper(), address, body, etag=etag, **sent)
        transaction.set_rollback(True)
    return int(answer.status_code)


def _addresses(path: str, samples: Samples) -> Iterator[str]:
    """The path with what exists in the place of each parameter, in all ways up to some."""
    names = re.findall(r"{(\w+)}", path)
    values = []
    for name in names:
        before = path.partition("{" + name + "}")[0].rstrip("/").rpartition("/")[2]
        values.append(samples.paths.get(before) or samples.cases.paths.get(before) or [1])
    for chosen in islice(product(*values), _MOST):
        address = path.removeprefix(ROOT)
        for name, value in zip(names, chosen, strict=True):
            address = address.replace("{" + name + "}", str(value))
        yield address


def _least(schema: Any, kinds: Mapping[str, Any], named: Mapping[str, list[Any]], name: str = "") -> Any:
    """The least that the schema takes: what is not required is left out."""
    if "$ref" in schema:
        schema = kinds[schema["$ref"].rpartition("/")[2]]
    if "enum" in schema or "const" in schema:
        return schema.get("const", next(iter(schema.get("enum", ())), None))
    if "anyOf" in schema:
        return _least(schema["anyOf"][0], kinds, named, name)
    if schema.get("type") == "object":
        wanted = schema.get("required", ())
        return {each: _least(schema["properties"][each], kinds, named, each) for each in wanted}
    if schema.get("type") == "array":
        return [_least(schema["items"], kinds, named)] * schema.get("minItems", 0)
    if schema.get("format") in WORDS:
        return WORDS[schema["format"]]
    if name in named:
        return named[name][0]
    if schema.get("type") == "string":
        return "words-of-it"
    return {"boolean": True, "integer": 1, "number": 1}.get(schema.get("type", ""))
