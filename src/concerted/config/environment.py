"""The first step of `run` and `check`: makes .venv and hands over to it; it imports nothing installed."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("CONCERTED_VAR") or ROOT / "var").resolve()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMP = VENV / "concerted-installed.json"
MODULES = {"run": "concerted.config.prepare", "check": "concerted.config.checks"}


def main() -> int:
    """Make the environment that the purpose (`run` or `check`) needs, then become its program."""
    purpose, arguments = sys.argv[1], sys.argv[2:]
    if purpose == "run" and not {"-h", "--help"} & set(arguments) and not claim_run_lock():
        print(
            f"run: Concerted is already being started or served from this folder ({holder()}).\n"
            "     Open the page it serves, or stop that one first.",
            file=sys.stderr,
        )
        return 1
    try:
        _ensure_environment("dev" if purpose == "check" else "base")
    except subprocess.CalledProcessError as error:
        print(
            f"{purpose}: the environment could not be made: {' '.join(map(str, error.cmd))}", file=sys.stderr
        )
        print(
            "     Are the package registries reachable? Start again; finished steps are kept.",
            file=sys.stderr,
        )
        return 1
    return _become(purpose, arguments)


def _become(purpose: str, arguments: list[str]) -> NoReturn:
    os.environ["PATH"] = f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["VIRTUAL_ENV"] = str(VENV)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", MODULES[purpose], *arguments])


def claim_run_lock() -> bool:
    """Hold var/run.lock until this process, or the server it becomes, is dead."""
    VAR.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(VAR / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # A record lock is the process's own: it outlives exec, and no worker left behind inherits it.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return False
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"process {os.getpid()}".encode())
    os.set_inheritable(descriptor, True)
    return True


def holder() -> str:
    """Who holds var/run.lock, in words."""
    with contextlib.suppress(OSError):
        return (VAR / "run.lock").read_text() or "by another process"
    return "by another process"


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "environment.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another set-up of this folder to finish ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _ensure_environment(kind: str) -> None:
    wanted = _fingerprint(kind)
    if wanted in _installed().values():
        return
    with _one_at_a_time():
        installed = _installed()
        if wanted in installed.values():
            return
        _ensure_venv()
        installer = _environment_for_uv()
        locked = ROOT / "requirements" / f"{kind}.txt"
        print(f"Installing the libraries of requirements/{kind}.txt ...", flush=True)
        # Compiled once here: where Python may not write bytecode, every process would compile it all again.
        install = ("install", "--require-hashes", "--quiet", "--compile-bytecode", "-r", locked)
        _run(UV, "pip", *install, env=installer)
        _run(
            UV,
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--editable",
            ROOT,
            env=installer,
        )
        known = {kind: wanted, "base": _fingerprint("base")}
        unfinished = STAMP.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(known))
        unfinished.replace(STAMP)


def _fingerprint(kind: str) -> str:
    """What an installed environment depends on, as one word."""
    digest = hashlib.sha256(f"{kind} {ROOT}".encode())
    for path in ("requirements/uv.txt", f"requirements/{kind}.txt", "pyproject.toml"):
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()


def _installed() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return known if PYTHON.exists() else {}


def _ensure_venv() -> None:
    if not _works():
        print(f"Making the environment {VENV} ...", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            venv.create(VENV, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError as error:
            raise SystemExit(
                "The environment could not be made: this Python has no pip of its own to put in it.\n"
                "Install it (Debian: apt-get install python3-venv) and start again."
            ) from error
    if not UV.exists():
        locked = ROOT / "requirements" / "uv.txt"
        _run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", locked)


def _works() -> bool:
    """Whether .venv has a Python of the right age with pip; a half-made one has not."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _environment_for_uv() -> dict[str, str]:
    """uv does not read pip's settings; a mirror that was set for pip is meant for it too."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    for setting, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        if variable not in environment and (value := _pip_setting(setting)):
            environment[variable] = value
    return environment


def _pip_setting(name: str) -> str:
    if value := os.environ.get(f"PIP_{name.upper().replace('-', '_')}"):
        return value
    asked = subprocess.run(
        [PYTHON, "-m", "pip", "config", "get", f"global.{name}"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, env=env, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
