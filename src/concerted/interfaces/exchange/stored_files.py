"""Sends a file of the vault to be kept, never to be run: as an attachment, under a policy that allows nothing."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from django.http import StreamingHttpResponse

from concerted.foundation.vault.files import OpenedFile


def send_stored_file(opened: OpenedFile) -> StreamingHttpResponse:
    """The file in proven pieces, with headers under which no browser runs, embeds or keeps it."""
    answer = StreamingHttpResponse(opened.pieces, content_type=opened.content_type)
    plain = f"file{PurePath(opened.name).suffix}"
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(opened.name, safe='')}"
    )
    answer["Content-Length"] = str(opened.size)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "no-store"
    return answer
