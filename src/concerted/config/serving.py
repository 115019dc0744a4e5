"""Turns this process into the web server, with the worker of the jobs beside it; it knows no page."""

import argparse
import os
import socket
import subprocess
import sys
from typing import NoReturn

import psutil

from concerted.config.places import ROOT, VAR
from concerted.config.working import end_with_parent
from concerted.errors import Unready

ADDRESS = "127.0.0.1"
SERVING_MARK = "CONCERTED_SERVING"
PATIENCE_SECONDS = 5.0


def port_number(text: str) -> int:
    """A port from a command line; raises what argparse shows."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; use a number from 1 to 65535")
    return int(text)


def become_server(*, port: int, production: bool = False) -> NoReturn:
    """Replace this process by the web server, serving the site on 127.0.0.1.

    production: every post needs a second factor unless CONCERTED_REQUIRE_MFA says otherwise.
    """
    if production:
        os.environ.setdefault("CONCERTED_REQUIRE_MFA", "all")
    os.environ[SERVING_MARK] = str(VAR)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    os.chdir(ROOT)
    start_worker()
    command = server_command(port)
    os.execv(command[0], command)


def server_command(port: int) -> list[str]:
    """The web server on 127.0.0.1, as it runs here and as it is measured."""
    return [sys.executable, "-m", "concerted.config.web", "--address", ADDRESS, "--port", str(port)]


def start_worker() -> "subprocess.Popen[bytes]":
    """Start the worker of the jobs (seals, escalation, mail, papers) and who keeps it; they end when this does."""
    return subprocess.Popen(
        [sys.executable, "-m", "concerted.config.working"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        preexec_fn=end_with_parent,
    )


def end_orphans() -> None:
    """End workers whose server was killed; whoever holds var/run.lock knows no other is rightful."""
    orphans = [process for process in psutil.process_iter() if _is_orphan(process)]
    for process in orphans:
        process.terminate()
    for process in psutil.wait_procs(orphans, timeout=PATIENCE_SECONDS)[1]:
        process.kill()
    psutil.wait_procs(orphans, timeout=PATIENCE_SECONDS)


def ensure_port_is_free(port: int) -> None:
    """Raise Unready when another program answers on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise Unready(
                f"Port {port} is taken by another program.",
                where=f"{ADDRESS}:{port}",
                remedy=f"Stop it, or choose another: ./run --port {port + 1}",
            ) from error


def _is_orphan(process: psutil.Process) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return process.environ().get(SERVING_MARK) == str(VAR)
    except psutil.Error:
        return False
