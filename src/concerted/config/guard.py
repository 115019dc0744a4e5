"""What must be put right before real officers may be let in; it looks and tells, and changes nothing."""

from django.conf import settings
from django.contrib.auth import get_user_model

from concerted.config import database
from concerted.errors import Invalid, Problem
from concerted.foundation.vault import keys

SHORTEST_KEY = 50


def production_problems() -> list[Problem]:
    """Every reason why this installation may not serve real officers, each with its remedy."""
    problems = []
    present = get_user_model().objects.filter(is_demonstration=True).count()
    if present:
        problems.append(
            Problem(
                f"There are {present} demonstration officers, whose passwords were printed.",
                field="officers",
                remedy="Use a database of its own, readied by: concerted prepare --no-demonstration",
            )
        )
    key = str(settings.SECRET_KEY)
    if len(key) < SHORTEST_KEY or len(set(key)) < 10 or key.startswith("django-insecure"):
        problems.append(
            Problem(
                "The secret key is a default or too short to be a secret.",
                field="CONCERTED_SECRET_KEY",
                remedy=f"Unset it to have one generated, or set at least {SHORTEST_KEY} random characters.",
            )
        )
    problems += [
        Problem(
            weakness,
            field="vault",
            remedy="Unset CONCERTED_MASTER_KEY to have keys made, or name random ones.",
        )
        for weakness in keys.weaknesses()
    ]
    if settings.DEBUG:
        problems.append(
            Problem("Debug is on; error pages would show data.", field="CONCERTED_DEBUG", remedy="Unset it.")
        )
    if "*" in settings.ALLOWED_HOSTS:
        problems.append(
            Problem(
                "Every host name is accepted.",
                field="CONCERTED_HOSTS",
                remedy="Name the site's own host names.",
            )
        )
    if database.is_test_cluster():
        problems.append(
            Problem(
                "The database is the tests' own, which may lose data.",
                field="CONCERTED_DATABASE_CLUSTER",
                remedy="Unset it.",
            )
        )
    return problems


def refuse_unready_production() -> None:
    """Raise Invalid with every problem when this installation may not serve real officers."""
    problems = production_problems()
    if problems:
        raise Invalid(
            "This installation may not serve real officers.",
            problems=problems,
            where="--production",
            remedy="Put right each point below and start again.",
            code="not_for_production",
        )
