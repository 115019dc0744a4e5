"""An officer's desk for the tests of case pages: signed in, asking for pages and sending forms as a browser does."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.builders import CaseWorld

from concerted.foundation.agencies.models import Agency, Officer


def client_of(officer: Officer, *, language: str = "en") -> Client:
    """A browser in which the officer is signed in with a second factor."""
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    assert officer.acting is not None
    session["appointment"] = officer.acting.pk
    session["second_factor"] = True
    session.save()
    return client


def worker_of(world: CaseWorld, agency: Agency, **more: Any) -> Client:
    """The browser of the agency's case worker."""
    return client_of(world.worker(agency), **more)


def shown(client: Client, name: str, *args: Any, status: int = 200) -> str:
    """The text of a page of case work, which answers with this status."""
    answer = client.get(reverse(f"cases:{name}", args=args))
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


def sent(client: Client, route: str, /, *args: Any, query: str = "", **values: Any) -> Any:
    """The answer to a form that was taken; says which faults it showed where it was not. query: ends the address."""
    answer = client.post(reverse(f"cases:{route}", args=args) + query, values)
    text = answer.content.decode()
    assert answer.status_code == 302, (
        route,
        answer.status_code,
        re.findall(r"error-summary__list.*?</ul>|error-message\">.*?</p>", text, re.S),
    )
    return answer


def number_in(text: str, pattern: str) -> int:
    """The number that the pattern finds in a page."""
    found = re.search(pattern, text)
    assert found is not None, pattern
    return int(found[1])
