"""A web worker loads what every page needs, and leaves to the page that needs it what takes long to load."""

import json
import os
import subprocess
import sys

HEAVY = {
    *("numpy", "scipy", "numba", "openpyxl", "docx", "lxml", "typst", "icalendar", "pypinyin", "pyzipper"),
    *("puremagic", "imagesize", "chinese_calendar", "PIL", "rich", "typer"),
}

ANSWERS = """
import json, sys
from concerted.config.wsgi import application
from django.test import Client
from django.urls import get_resolver
asked = {address: Client().get(address).status_code for address in ("/", "/account/login/")}
print(json.dumps({"asked": asked, "loaded": sorted(name.split(".")[0] for name in sys.modules)}))
"""


def test_a_web_worker_asks_for_the_sign_in_without_loading_arrays_papers_or_workbooks(
    django_db_setup: None, database_name: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ANSWERS],
        env={**os.environ, "CONCERTED_DATABASE_NAME": database_name},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["asked"] == {"/": 302, "/account/login/": 200}
    assert "concerted" in told["loaded"]
    assert HEAVY.isdisjoint(told["loaded"])
