"""The menu marks where one is: the page itself, or the part of the mechanism it lies in, and one entry alone."""

from __future__ import annotations

import pytest

from concerted.interfaces.pages.frame import _current, _here

ADDRESSES = ["/", "/plans/", "/reporting/", "/reporting/queue/", "/cases/"]


@pytest.mark.parametrize(
    ("path", "here", "said"),
    [
        ("/", "/", "page"),
        ("/cases/", "/cases/", "page"),
        ("/cases/12/consent/", "/cases/", "true"),
        ("/reporting/queue/", "/reporting/queue/", "page"),
        ("/reporting/7/", "/reporting/", "true"),
        ("/account/", "", None),
    ],
)
def test_the_entry_under_which_a_page_lies_is_marked(path: str, here: str, said: str | None) -> None:
    assert _here(path, ADDRESSES) == here
    assert (_current(path, here) if here else None) == said
