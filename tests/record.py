"""The whole record of acts and looks, as a test reads it: each question opens it and shuts it again."""

from typing import Any

from django.db.models import Q, QuerySet

from concerted.foundation.audit.models import AuditEntry
from concerted.foundation.audit.reads import whole_record


class _Record(QuerySet[AuditEntry]):
    def _fetch_all(self) -> None:
        with whole_record():
            super()._fetch_all()

    def count(self) -> int:
        with whole_record():
            return super().count()

    def exists(self) -> bool:
        with whole_record():
            return super().exists()


def the_record(*about: Q, **wanted: Any) -> QuerySet[AuditEntry]:
    """The rows of the record that have these values, as a queryset; ids ascend with the writing."""
    return _Record(AuditEntry).filter(*about, **wanted)
