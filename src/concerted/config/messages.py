"""Compiles every part's translations, so that nobody needs gettext's programs; it never changes one."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from concerted.config.places import ROOT
from concerted.errors import Unready

SOURCE = ROOT / "src"


def catalogues(source: Path = SOURCE) -> list[Path]:
    """Every translation file below the source."""
    return sorted(source.glob("**/locale/*/LC_MESSAGES/*.po"))


def compile_messages(source: Path = SOURCE) -> int:
    """Compile each catalogue that is newer than its compiled form; returns how many were.

    Raises Unready naming the file and line of a catalogue that cannot be read.
    """
    compiled = 0
    for path in catalogues(source):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        try:
            with path.open("rb") as file:
                catalogue = read_po(file, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as error:
            raise Unready("A translation cannot be read.", where=str(path), remedy=str(error)) from error
        unfinished = target.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(target)
        compiled += 1
    return compiled
