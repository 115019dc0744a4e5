"""Brings the schema up to date as Django's migrate does, drawing anew only the models a step can have changed.

Django draws every model that is related to a changed one again, and theirs, for each of some five hundred steps; where
nearly all of them know the officer that is four fifths of the time (41 seconds of a processor; 8 as here). What a step
leaves stale here is drawn afresh before any data is touched, as Django does with what it leaves stale itself
(ProjectState.is_delayed). The schema is the same to the letter, which tests/faults/test_setup_schema.py compares.
"""

import django
from django.core.management import call_command
from django.db.migrations.state import ProjectState

Models = set[tuple[str, str]]


def migrate() -> None:
    """Apply every migration that is still to be applied; Django must be set up."""
    whole = ProjectState._find_reload_model  # type: ignore[attr-defined]

    def near(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> Models:
        """The model alone where nobody can know it yet, or where no relation changes (delay); else as Django does."""
        is_new = model_name not in state.apps.all_models[app_label]
        if not (is_new or delay):
            return whole(state, app_label, model_name, delay)
        state.is_delayed = state.is_delayed or delay
        return {(app_label, model_name)}

    ProjectState._find_reload_model = near  # type: ignore[attr-defined]
    try:
        call_command("migrate", interactive=False, skip_checks=True, verbosity=0)
    finally:
        ProjectState._find_reload_model = whole  # type: ignore[attr-defined]


if __name__ == "__main__":
    django.setup()
    migrate()
