"""Asks a virus scanner before a file is kept; where one is set and does not answer, nothing is kept."""

from __future__ import annotations

import shlex
import socket
import subprocess
from contextlib import closing

from django.conf import settings
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Unready

from ..models import StoredFile

PATIENCE_SECONDS = 60
_PIECE = 64 * 1024
_INFECTED = 1


def scanner_state() -> str:
    """How files are scanned: `none` where no scanner is set, else `clamd` or `command`."""
    setting = settings.VAULT_SCANNER
    if not setting:
        return "none"
    return "clamd" if setting.startswith(("unix:", "tcp:")) else "command"


def scan(content: bytes) -> StoredFile.Scan:
    """What is to be written of the file: clean, or not scanned where no scanner is set.

    Raises Invalid for an infected file, Unready when the scanner does not answer as it should within PATIENCE_SECONDS.
    """
    match scanner_state():
        case "none":
            return StoredFile.Scan.NOT_SCANNED
        case "clamd":
            infected = _asked_clamd(settings.VAULT_SCANNER, content)
        case _:
            infected = _asked_command(settings.VAULT_SCANNER, content)
    if infected:
        raise Invalid(
            _("The virus scanner found something harmful in the file."),
            remedy=_("Do not open it; ask whoever looks after your computer."),
            code="infected",
        )
    return StoredFile.Scan.CLEAN


def _asked_clamd(address: str, content: bytes) -> bool:
    """The INSTREAM command of clamd(8): pieces with their length before them, then a length of nothing."""
    try:
        with closing(_connected(address)) as line:
            line.sendall(b"zINSTREAM\0")
            for begin in range(0, len(content), _PIECE):
                piece = content[begin : begin + _PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            answer = b""
            while not answer.endswith(b"\0"):
                part = line.recv(4096)
                if not part:
                    break
                answer += part
    except OSError as error:
        raise _silent() from error
    said = answer.rstrip(b"\0").strip()
    if said.endswith(b"FOUND"):
        return True
    if said.endswith(b"OK"):
        return False
    raise _silent()


def _connected(address: str) -> socket.socket:
    way, _colon, rest = address.partition(":")
    if way == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE_SECONDS)
        line.connect(rest)
        return line
    host, _colon, port = rest.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)


def _asked_command(command: str, content: bytes) -> bool:
    """Exit code 0 is clean, 1 infected, as of clamscan(1); anything else is no answer."""
    try:
        done = subprocess.run(
            shlex.split(command),
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise _silent() from error
    if done.returncode not in (0, _INFECTED):
        raise _silent()
    return done.returncode == _INFECTED


def _silent() -> Unready:
    return Unready(
        _("The virus scanner does not answer, so the file was not kept."),
        where="CONCERTED_VIRUS_SCANNER",
        remedy=_("Try again in a few minutes; tell the administrator if it stays so."),
        code="scanner_silent",
    )
