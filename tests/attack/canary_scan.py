"""Looks for words, in every shape a machine may write them, through files of any kind; it changes none."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import psycopg

from concerted.config import postgres

_PIECE = 8 * 1024 * 1024


@dataclass(frozen=True)
class Find:
    """A word in clear: where, and in which shape it was written."""

    path: str
    word: str
    shape: str

    def __str__(self) -> str:
        return f"{self.word} as {self.shape} in {self.path}"


def shapes(word: str) -> dict[str, bytes]:
    """The byte strings under which a word may stand in a file."""
    plain = word.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "gb18030": word.encode("gb18030"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "url": quote(word).encode(),
        "json": json.dumps(word)[1:-1].encode(),
        "html": escape(word).encode("ascii", "xmlcharrefreplace"),
    }
    for shift in range(3):  # base64 depends on where in its group of three bytes the word begins
        coded = base64.b64encode(b"\0" * shift + plain)
        found[f"base64+{shift}"] = coded[4 if shift else 0 : len(coded) - 4]
    return {shape: text for shape, text in found.items() if len(text) >= 6}


def scan_bytes(content: bytes, words: Iterable[str], *, path: str) -> Iterator[Find]:
    """Every shape of every word in these bytes, in what is packed inside them too."""
    for word in words:
        for shape, text in shapes(word).items():
            if text in content:
                yield Find(path, word, shape)
    yield from _packed(content, list(words), path)


def scan(paths: Iterable[Path], words: Iterable[str]) -> list[Find]:
    """Every find in these files and in all files below these folders; what cannot be read is an error."""
    wanted = list(words)
    longest = max(len(text) for word in wanted for text in shapes(word).values())
    found: dict[Find, None] = {}
    for path in _files(paths):
        try:
            with path.open("rb") as file:
                tail = b""
                while piece := file.read(_PIECE):
                    found |= dict.fromkeys(scan_bytes(tail + piece, wanted, path=str(path)))
                    tail = piece[-longest:]
        except FileNotFoundError:
            continue  # the server put it away meanwhile
    return list(found)


def database_places(server: postgres.Server) -> list[Path]:
    """Everything the server writes: tables, indexes, write-ahead log, temporary files, its own log; first made
    to write what it still holds in memory."""
    with server.connect() as connection:
        connection.execute("CHECKPOINT")
    return [server.data]


def everything_written(server: postgres.Server, *folders: Path) -> Mapping[str, list[Path]]:
    """The places by name, for a test that says which of them tells a name."""
    return {"database": database_places(server)} | {
        folder.name: [folder] for folder in folders if folder.exists()
    }


def tables_in_clear(connection: psycopg.Connection, words: Iterable[str]) -> list[tuple[str, str]]:
    """(table, word) for every word that a query finds in a row of any table; sees what is compressed as well."""
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    ]
    found = []
    for table in tables:
        for word in words:
            query = (
                f'SELECT EXISTS (SELECT 1 FROM public."{table}" t WHERE t::text LIKE %s OR t::text LIKE %s)'
            )
            told = connection.execute(query.encode(), (f"%{word}%", f"%{word.encode().hex()}%")).fetchone()
            if told and told[0]:
                found.append((table, word))
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
        elif path.is_file():
            yield path


def _packed(content: bytes, words: list[str], path: str) -> Iterator[Find]:
    try:
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from scan_bytes(archive.read(name), words, path=f"{path}!{name}")
        elif content.startswith(b"\x1f\x8b"):
            yield from scan_bytes(gzip.decompress(content), words, path=f"{path}!gz")
        elif content.startswith(b"x\x9c"):
            yield from scan_bytes(zlib.decompress(content), words, path=f"{path}!z")
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError):
        return
