"""Where the typefaces for papers are and what they are called; it draws nothing."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from concerted.errors import Unready

CHINESE_SERIF = "Noto Serif CJK SC"
CHINESE_SANS = "Noto Sans CJK SC"
_OF_THE_MACHINE = Path("/usr/share/fonts/opentype/noto")


def font_folders() -> list[Path]:
    """The folders that hold typefaces, a ministry's own first. Raises Unready where none has any."""
    named = [Path(folder) for folder in getattr(settings, "FONT_FOLDERS", ())]
    folders = [folder for folder in (*named, _OF_THE_MACHINE) if any(folder.glob("*.[ot]t[fc]"))]
    if not folders:
        raise Unready(
            "The Chinese typefaces for papers are not installed.",
            where=str(_OF_THE_MACHINE),
            remedy="Install them (Debian: apt-get install fonts-noto-cjk) and try again.",
        )
    return folders
