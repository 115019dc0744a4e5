"""Where the typefaces for papers are and what they are called; it draws nothing."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from concerted.errors import Unready

CHINESE_SERIF = "Noto Serif SC"
CHINESE_SANS = "Noto Sans SC"


def font_folders() -> list[Path]:
    """The folders that hold typefaces, a ministry's own first. Raises Unready where none has any."""
    folders = [folder for folder in settings.FONT_FOLDERS if any(folder.glob("*.[ot]t[fc]"))]
    if not folders:
        raise Unready(
            "The typefaces for papers are not installed.",
            where=str(settings.FONT_FOLDERS[-1]),
            remedy="Prepare the installation again: ./run --prepare",
        )
    return folders
