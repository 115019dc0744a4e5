"""The web server's own process: loads the site once and forks workers that share what is loaded; it knows no page."""

import argparse
import gc
import time
from typing import Any

from environs import Env
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

env = Env()
#: Two workers for each of two processors, a request at a time each: a page is almost all Python, and two at once in one
#: process only wait for each other, while forked workers share what they loaded.
WORKERS = env.int("CONCERTED_WEB_WORKERS", 4)
THREADS = env.int("CONCERTED_WEB_THREADS", 1)
KILL_AFTER_SECONDS = 5
APPLICATION = "concerted.config.wsgi:application"
#: So many workers may die within a minute before the server gives up: then the site itself is broken.
MOST_DEATHS = 20


class LastingServer(MPServer):
    """A server that forks a killed worker anew however soon it was killed again.

    Granian ends where one worker dies twice within seconds, and the site with it.
    """

    deaths: tuple[float, ...] = ()

    def _respawn_workers(self, *told: Any, **more: Any) -> None:
        super()._respawn_workers(*told, **more)
        now = time.monotonic()
        self.deaths = (*(moment for moment in self.deaths if now - moment < 60), now)
        if len(self.deaths) <= MOST_DEATHS:
            self.respawned_wrks.clear()


def serve(*, address: str, port: int) -> None:
    """Serve the site until told to end; a worker that dies is forked anew from what was loaded here."""
    _load()
    print(f"Concerted is at http://{address}:{port}/  (stop it with Ctrl-C)", flush=True)
    LastingServer(
        APPLICATION,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        log_level=LogLevels.error,
    ).serve()


def _load() -> None:
    """Load the site before the workers are forked, which then find it loaded.

    Nothing of what is loaded is garbage: the collector sleeps meanwhile, which saves a fifth of the time, and leaves it
    alone afterwards, so that the workers go on sharing it.
    """
    gc.disable()
    import concerted.config.wsgi  # noqa: F401

    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m concerted.config.web", description=__doc__)
    parser.add_argument("--address", required=True)
    parser.add_argument("--port", type=int, required=True)
    serve(**vars(parser.parse_args()))
