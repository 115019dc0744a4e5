"""What an officer types that is not taken, and pages by address, for the tests of what agencies keep."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse


def refused(browser: Client, route: str, /, *args: Any, query: str = "", **values: Any) -> str:
    """The text of a form that came back: with its faults, or with what it would do."""
    answer = browser.post(reverse(f"cases:{route}", args=args) + query, values)
    assert answer.status_code == 200, (route, answer.status_code)
    return answer.content.decode()


def asked(browser: Client, route: str, query: str) -> str:
    """The text of a page of case work with this query."""
    answer = browser.get(reverse(f"cases:{route}") + query)
    assert answer.status_code == 200, (route, answer.status_code)
    return answer.content.decode()
