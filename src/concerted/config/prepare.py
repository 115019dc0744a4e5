"""What `run` becomes inside .venv: takes the steps still to take, tells who can sign in, and serves."""

import argparse
import sys
from collections.abc import Sequence

from concerted.config import serving
from concerted.config.steps import demonstration_officers, installation_steps, take
from concerted.errors import ConcertedError


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare, and serve unless told not to; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        serving.end_orphans()
        if not chosen.prepare:
            serving.ensure_port_is_free(chosen.port)
        take(installation_steps(), tell=lambda text: print(text, flush=True))
        _tell_officers()
        if chosen.prepare:
            print("Concerted is prepared. Start it with ./run", flush=True)
            return 0
        serving.become_server(port=chosen.port)
    except ConcertedError as error:
        print(f"run: {error.what}\n     {error.where}\n     {error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run", description="Set Concerted up in this folder and serve it on 127.0.0.1."
    )
    parser.add_argument("--prepare", action="store_true", help="stop before serving")
    parser.add_argument(
        "--port", type=serving.port_number, default=8000, help="port of the page (default 8000)"
    )
    return parser


def _tell_officers() -> None:
    officers = demonstration_officers()
    if officers:
        print("\nDemonstration officers (invented; --production refuses to start while they exist):")
    for officer in officers:
        print(f"  {officer['role']:<14} {officer['username']:<24} {officer['password']}")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
