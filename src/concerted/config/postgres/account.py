"""The operating system user that the embedded server runs as, made where it is missing; never root."""

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from concerted.errors import Unready

SERVER_ACCOUNT = "pgserver"
START_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Account:
    """The operating system user that the server runs as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    other: bool

    def run(
        self, *command: str | Path, timeout: float = START_PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run the command as this account, its output kept whole; raises TimeoutExpired."""
        environment = {**os.environ, "LC_ALL": "C"}
        with tempfile.TemporaryFile("w+") as output:  # a pipe would be held open by the server itself
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                timeout=timeout,
                check=False,
                user=self.uid if self.other else None,
                group=self.gid if self.other else None,
                extra_groups=[] if self.other else None,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")

    def reaches(self, folder: Path) -> bool:
        """Whether this account can enter the folder."""
        return not self.other or self.run("/bin/sh", "-c", 'cd "$1"', "sh", folder).returncode == 0

    def own(self, folder: Path) -> None:
        """Make the folder and give it to this account alone."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.other:
            os.chown(folder, self.uid, self.gid)


def server_account() -> Account:
    """This process's own account, or one made for the server where this is root. Raises Unready."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), other=False)
    try:
        entry = pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        entry = _made_account()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, other=True)


def _made_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*command, SERVER_ACCOUNT], check=True, capture_output=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise Unready(
            "PostgreSQL does not run as root, and no account could be made for it.",
            where=f"operating system account {SERVER_ACCOUNT}",
            remedy=f"Create an account named {SERVER_ACCOUNT}, or start as an ordinary user. ({error})",
        ) from error
    return pwd.getpwnam(SERVER_ACCOUNT)
