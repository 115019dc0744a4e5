"""Renders components as a page would; opens no database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Engine, Template, engines
from django.test import RequestFactory
from django.utils import translation

Render = Callable[..., str]


@pytest.fixture
def render() -> Render:
    """Return a function that renders template text with the shell's tags, for a request to ``address``."""

    def show(text: str, address: str = "/list/", **values: Any) -> str:
        engine: Engine = engines["django"].engine
        template = Template("{% load concerted_ui %}" + text, engine=engine)
        return template.render(Context({**values, "request": RequestFactory().get(address)}))

    return show


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield
