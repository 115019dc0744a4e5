"""What every test stands on: a database of its own, in which it acts under row-level security."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import django
import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.utils import translation
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import database

database.isolate()
django.setup()

from concerted.config import database as chosen_database  # noqa: E402
from concerted.config import postgres  # noqa: E402
from concerted.foundation.access import pace  # noqa: E402

hypothesis.settings.register_profile(
    "no timing decides", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("no timing decides")

THOROUGH = (
    "attack",
    "faults",
    "documentation/test_tutorial_estimate.py",
    "interfaces/api/test_schema.py",
    "interfaces/commands/test_demo.py",
    "interfaces/pages/test_light_worker.py",
    *(
        f"interfaces/pages/{part}/"
        for part in ("alignment", "cases", "estimates", "evaluation", "indicators")
    ),
    *(f"interfaces/pages/{part}/" for part in ("meetings", "public", "reporting")),
    *(f"interfaces/api/test_{part}" for part in ("cases", "desks", "import")),
    *(f"methods/prevalence/test_{method}" for method in ("bayes", "decomposable", "latent")),
    "foundation/access/test_sign_in.py",
)
"""What walks every door or a part's pages, kills or starts processes, draws long chains, or fills a nation; a quick
check leaves it out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of those folders and files as thorough, and those that draw many examples."""
    here = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(here).as_posix()
        draws = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if draws or place.startswith(THOROUGH) or "demonstration" in item.path.name:
            item.add_marker("thorough")


@pytest.fixture(scope="session", autouse=True)
def _static_files_listed_once() -> Iterator[None]:
    """Every test client loads the middleware anew; the list of some 400 static files is the same for all."""
    listed: dict[tuple[str, ...], dict[str, Any]] = {}
    list_them = WhiteNoiseMiddleware.update_files_dictionary

    def list_once(middleware: Any, root: str, prefix: str) -> None:
        place = (root, prefix, settings.STORAGES["staticfiles"]["BACKEND"])
        if place not in listed:
            list_them(middleware, root, prefix)
            listed[place] = dict(middleware.files)
        middleware.files.update(listed[place])

    WhiteNoiseMiddleware.update_files_dictionary = list_once
    yield
    WhiteNoiseMiddleware.update_files_dictionary = list_them


@pytest.fixture(autouse=True)
def _the_sites_own_language() -> None:
    """The language of the last page that another test asked for is not this one's."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_report_sent_yet() -> None:
    """Each test is a connection of its own: the reports that others sent do not count."""
    pace.forget()


@pytest.fixture(scope="session")
def database_server() -> postgres.Server:
    """The tests' own PostgreSQL."""
    return chosen_database.embedded_server()


@pytest.fixture(scope="session")
def database_name(worker_id: str) -> str:
    """The database of this worker; no other process uses it."""
    return f"test_{os.getpid()}_{worker_id}"


def where_it_stands(server: postgres.Server, name: str) -> dict[str, str]:
    """The application's way to the database; settings read in the parent process name the parent's server."""
    return {
        "NAME": name,
        "HOST": str(server.socket),
        "USER": postgres.APP,
        "PASSWORD": server.passwords[postgres.APP],
    }


@pytest.fixture(scope="session")
def django_db_setup(
    database_server: postgres.Server, database_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give this worker a clone of the template; a test that commits gets it anew afterwards.

    Django would empty the tables instead, which needs the owner's rights and takes the reference data too.
    """
    from django.db import connections
    from django.test import TransactionTestCase

    template = database.ensure_template(database_server)
    database.drop_clones_of_the_dead(database_server)
    database.make_clone(database_server, template=template, name=database_name)

    def make_anew(_case: TransactionTestCase) -> None:
        connections.close_all()
        database.make_clone(database_server, template=template, name=database_name)

    empty_the_tables = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = make_anew
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["default"].settings_dict |= where_it_stands(database_server, database_name)
    yield
    TransactionTestCase._fixture_teardown = empty_the_tables
    with django_db_blocker.unblock():
        connections.close_all()
    with database_server.connect() as connection:
        postgres.drop_database(connection, name=database_name)


@pytest.fixture
def owner_connection(
    database_server: postgres.Server, database_name: str, django_db_setup: None
) -> Iterator[psycopg.Connection]:
    """A second connection, as the owner of the tables; it sees only what was committed."""
    with database_server.connect(user=postgres.OWNER, database=database_name) as connection:
        yield connection


@pytest.fixture(autouse=True)
def own_vault_folder(tmp_path: Path, settings: Any) -> Path:
    """Stored files and the ledger of erased subjects lie apart for every test; the keys are the installation's."""
    settings.VAULT_FILES = tmp_path / "vault-files"
    settings.VAULT_LEDGER = tmp_path / "erased.jsonl"
    return tmp_path


@pytest.fixture
def as_owner(
    database_server: postgres.Server, transactional_db: None
) -> Callable[[], AbstractContextManager[None]]:
    """`with as_owner():` - Django itself works as the owner of the tables; for tests that commit."""
    from django.db import connection

    @contextmanager
    def switched() -> Iterator[None]:
        before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
        connection.close()
        connection.settings_dict |= {
            "USER": postgres.OWNER,
            "PASSWORD": database_server.passwords[postgres.OWNER],
        }
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict |= before

    return switched
