"""Puts what an act found wrong onto the form it came from; decides nothing."""

from __future__ import annotations

from django.forms import Form

from concerted.errors import ConcertedError, Invalid


def tell(form: Form, error: ConcertedError) -> None:
    """Add the error to the form, by field where it names one of the form's."""
    problems = error.problems if isinstance(error, Invalid) else ()
    for problem in problems:
        words = f"{problem.what} {problem.remedy}".strip()
        form.add_error(problem.field if problem.field in form.fields else None, words)
    if not problems:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
