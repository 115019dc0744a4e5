"""The steps that ready an installation, each redone until it has finished; it serves nothing."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psycopg

from concerted.config import assets, database, messages, postgres
from concerted.config.places import FONTS, ROOT, SECRETS, STAMPS, STATIC_ROOT
from concerted.config.secrets import write_private
from concerted.errors import Unready

SOURCE = ROOT / "src" / "concerted"
REFERENCE = ROOT / "reference"
COMMANDS = "concerted.interfaces.commands"
OFFICERS = "demo:issue_demonstration_officers"
OFFICERS_FILE = SECRETS / "demonstration-officers.json"


@dataclass(frozen=True)
class Step:
    """What is done, what it depends on, and how; `inside` steps leave their mark in the database."""

    name: str
    title: str
    depends_on: Callable[[], str]
    do: Callable[[], None]
    inside: bool = False


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """One word for the content of the files and the words given."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    digest.update(repr(words).encode())
    return digest.hexdigest()


def files_below(folder: Path, pattern: str = "**/*") -> list[Path]:
    """Every file below the folder, but none that Python or an editor made."""
    return [path for path in folder.glob(pattern) if path.is_file() and "__pycache__" not in path.parts]


def schema_fingerprint() -> str:
    """Changes whenever a migration of ours or of a library may have."""
    return fingerprint([*files_below(SOURCE, "**/migrations/*.py"), ROOT / "requirements" / "base.txt"])


def reference_fingerprint() -> str:
    """Changes whenever the schema or the reference data do."""
    return fingerprint(
        [
            *files_below(REFERENCE),
            *files_below(SOURCE / "interfaces" / "exchange", "**/*.py"),
            *_command_files(),
        ],
        schema_fingerprint(),
    )


def migrate() -> None:
    """Bring the schema up to date, as the owner of the tables and in a process of its own."""
    _python("-m", "concerted.config.migrating", CONCERTED_DATABASE_ROLE="owner")


def load_reference() -> None:
    """Load agencies, places, code lists and law as they stand in reference/; safe to do again."""
    _call_command("reference:load_reference")


def load_plans() -> None:
    """Load the real plans; safe to do again."""
    _call_command("reference:load_plans")


def fill_demonstration() -> None:
    """Fill periods for an invented nation; safe to do again."""
    _call_command("demo:fill_demonstration")


def collect_static() -> None:
    """Gather every page's styles and scripts where the server reads them."""
    _python("-m", "django", "collectstatic", "--no-input", "--clear", "--verbosity", "0")


def compile_modules() -> None:
    """Compile every module once: where Python may not write bytecode, each process would do it all again."""
    _python("-m", "compileall", "-q", "-j", "0", str(SOURCE))


def compile_estimators() -> None:
    """Compile the arithmetic of estimates once, in a process of its own; later processes load it."""
    _python("-m", "concerted.methods.prevalence._warm")


def installation_steps(*, demonstration: bool = True) -> list[Step]:
    """All steps in their order."""
    locked = [ROOT / "package-lock.json"]
    ours = [SOURCE / "config" / "assets.py"]
    steps = [
        Step("bytecode", "Compiling the modules", _modules_fingerprint, compile_modules),
        Step("modules", "Installing browser assets", lambda: fingerprint(locked), assets.install),
        Step("vendor", "Preparing browser assets", lambda: fingerprint(locked + ours), assets.prepare),
        Step(
            "typefaces", "Preparing typefaces", lambda: fingerprint(locked + ours), assets.prepare_typefaces
        ),
        Step("messages", "Compiling translations", _messages_fingerprint, _compile_messages),
        Step("static", "Collecting styles and scripts", _static_fingerprint, collect_static),
        Step("estimators", "Compiling the estimators", _estimators_fingerprint, compile_estimators),
        Step("schema", "Preparing the database", schema_fingerprint, migrate, inside=True),
        Step("reference", "Loading reference data", reference_fingerprint, load_reference, inside=True),
        Step("plans", "Loading the real plans", reference_fingerprint, load_plans, inside=True),
    ]
    if demonstration:
        title = "Filling the demonstration nation"
        steps.append(Step("demonstration", title, reference_fingerprint, fill_demonstration, inside=True))
    return steps


def take(steps: Iterable[Step], *, tell: Callable[[str], None]) -> None:
    """Do each step that has not finished on what it depends on, and mark it only then."""
    for step in steps:
        if is_done(step):
            continue
        state = step.depends_on()
        tell(f"{step.title} ...")
        step.do()
        _mark(step, state)


def is_done(step: Step) -> bool:
    """Whether the step finished on what it depends on now, and what it made is still there."""
    return _mark_of(step) == step.depends_on() and _result_stands(step)


def call_hook(name: str, **arguments: object) -> object:
    """Call a command's function by its name, `module:function`; Django must be set up."""
    module, function = name.split(":")
    return getattr(import_module(f"{COMMANDS}.{module}"), function)(**arguments)


def demonstration_officers() -> list[dict[str, str]]:
    """The `role`, `username` and `password` of each demonstration officer."""
    if _database_mark("officers") != _officers_state():
        _call_command(OFFICERS, keep_as=OFFICERS_FILE)
        _set_database_mark("officers", _officers_state())
    officers: list[dict[str, str]] = json.loads(OFFICERS_FILE.read_text(encoding="utf-8"))
    return officers


def keep_result(name: str, path: Path) -> None:
    """Call the command and keep what it returns where only its owner can read it."""
    write_private(path, json.dumps(call_hook(name)))


def _officers_state() -> str:
    kept = OFFICERS_FILE.read_bytes() if OFFICERS_FILE.exists() else os.urandom(16)
    return hashlib.sha256(kept).hexdigest()


def _call_command(name: str, *, keep_as: Path | None = None) -> None:
    call = f"keep_result({name!r}, Path({str(keep_as)!r}))" if keep_as else f"call_hook({name!r})"
    begin = "import django; django.setup(); from pathlib import Path; from concerted.config.steps import"
    _python("-c", f"{begin} call_hook, keep_result; {call}")


def _python(*arguments: str, **environment: str) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "concerted.config.settings"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**settings, **os.environ, **environment}, check=False)
    if done.returncode:
        raise Unready(
            "A step of the set-up failed; its own message stands above.",
            where=" ".join(arguments[:3]),
            remedy="Put right what it names and start again; finished steps are kept.",
        )


def _messages_fingerprint() -> str:
    return fingerprint(messages.catalogues())


def _compile_messages() -> None:
    messages.compile_messages()


def _static_fingerprint() -> str:
    own = [path for folder in SOURCE.glob("**/static") for path in files_below(folder)]
    return fingerprint([*own, SOURCE / "config" / "settings.py"], _file_mark("vendor"))


def _modules_fingerprint() -> str:
    return fingerprint(files_below(SOURCE, "**/*.py"), sys.version)


def _estimators_fingerprint() -> str:
    kernels = (SOURCE / "methods" / "prevalence").glob("_kernel*.py")
    return fingerprint([*kernels, ROOT / "requirements" / "base.txt"], sys.version)


def _command_files() -> list[Path]:
    folder = SOURCE / "interfaces" / "commands"
    return [path for path in (folder / "reference.py", folder / "demo.py") if path.exists()]


def _result_stands(step: Step) -> bool:
    """Whether what a step made is still there; a mark alone proves nothing about a folder."""
    made = {"modules": assets.MODULES, "vendor": assets.VENDOR, "static": STATIC_ROOT, "typefaces": FONTS}
    if step.name == "messages":
        return all(path.with_suffix(".mo").exists() for path in messages.catalogues())
    return step.name not in made or made[step.name].exists()


def _mark_of(step: Step) -> str:
    return _database_mark(step.name) if step.inside else _file_mark(step.name)


def _mark(step: Step, state: str) -> None:
    if step.inside:
        _set_database_mark(step.name, state)
    else:
        write_private(STAMPS / f"{step.name}.json", json.dumps({"state": state}))


def _file_mark(name: str) -> str:
    try:
        return str(json.loads((STAMPS / f"{name}.json").read_text())["state"])
    except (OSError, ValueError, KeyError):
        return ""


def _as_owner() -> psycopg.Connection:
    if database.is_embedded():
        server = database.embedded_server()
        name = os.environ.get("CONCERTED_DATABASE_NAME", database.DATABASE)
        postgres.ensure_database(server, name=name)
        return server.connect(user=postgres.OWNER, database=name)
    return psycopg.connect(database.owner_address(), autocommit=True)


def _database_mark(name: str) -> str:
    with _as_owner() as connection:
        if connection.execute("SELECT to_regclass('setup_step')").fetchone() == (None,):
            return ""
        row = connection.execute("SELECT state FROM setup_step WHERE name = %s", (name,)).fetchone()
        return str(row[0]) if row else ""


def _set_database_mark(name: str, state: str) -> None:
    with _as_owner() as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS setup_step (name text PRIMARY KEY, state text NOT NULL)"
        )
        connection.execute(
            "INSERT INTO setup_step VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET state = EXCLUDED.state",
            (name, state),
        )
