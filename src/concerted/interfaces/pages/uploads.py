"""Takes uploads into memory only, and says so when one is too large; it judges and keeps none."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemoryUploadHandler(MemoryFileUploadHandler):
    """No part of an upload ever lies in a temporary file. Raises RequestDataTooBig beyond the limit."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Refuse the whole request at once; its length stands in its head."""
        if content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("the upload is larger than may be held in memory")
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)
