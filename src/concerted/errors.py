"""The one tree of errors: each says what was wrong, where and what to do next, and is shown elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class ConcertedError(Exception):
    """Something Concerted could not do.

    what, where and remedy may be lazily translated texts; they are put together only when the error is shown.
    code is a stable word for machines.
    """

    code = "failed"

    def __init__(
        self, what: object, *, where: object = "", remedy: object = "", code: str | None = None
    ) -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        parts = (str(part) for part in (self.where, self.what, self.remedy))
        return " - ".join(part for part in parts if part)


class Refused(ConcertedError):
    """The officer may not do this; where even the existence is secret, NotThere is raised in its place."""

    code = "refused"


class NotThere(ConcertedError):
    """There is no such thing, or the officer may not know of it: the two are told alike."""

    code = "not_there"


class Stale(ConcertedError):
    """Somebody else changed the thing since the officer read it."""

    code = "stale"


class Conflict(ConcertedError):
    """The thing is not in a state that allows this."""

    code = "conflict"


class Unready(ConcertedError):
    """The installation lacks something it needs: a database, a setting, an asset."""

    code = "unready"


@dataclass(frozen=True)
class Problem:
    """One fault in what was handed in: its field, its row (from 1) where there are rows, the remedy."""

    what: object
    field: str = ""
    row: int | None = None
    remedy: object = ""


class Invalid(ConcertedError):
    """What was handed in cannot be taken; nothing of it was written."""

    code = "invalid"

    def __init__(
        self,
        what: object,
        *,
        problems: Iterable[Problem] = (),
        where: object = "",
        remedy: object = "",
        code: str | None = None,
    ) -> None:
        super().__init__(what, where=where, remedy=remedy, code=code)
        self.problems: Sequence[Problem] = tuple(problems)
