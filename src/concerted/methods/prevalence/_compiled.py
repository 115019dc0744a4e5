"""Compiles the arithmetic with numba and keeps the result on disk under the digest of its sources; never stale, and
never required: without a place to write, each process compiles anew."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

config: Any = numba.config
"""numba sets its attributes from the environment, unseen by type checkers."""

F = TypeVar("F", bound=Callable[..., object])

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
I1 = npt.NDArray[np.int8]
U1 = npt.NDArray[np.uint8]
U8 = npt.NDArray[np.uint64]

HERE = Path(__file__).parent


def compiled(function: F) -> F:
    """The function, compiled at its first call or loaded from where an earlier process left it."""
    if FOLDER is None:
        return cast(F, numba.njit(function))
    before = config.CACHE_DIR
    config.CACHE_DIR = str(FOLDER)
    try:
        return cast(F, numba.njit(cache=True)(function))
    finally:
        config.CACHE_DIR = before


def _digest() -> str:
    """One word for all compiled sources: numba looks at the file of the function it loads, not at those it calls."""
    digest = hashlib.sha256()
    for path in sorted(HERE.glob("_kernel*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _choose_folder() -> Path | None:
    """Beside the source, else in the user's cache; None where neither can be written or nothing is compiled."""
    if config.DISABLE_JIT:
        return None
    users = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    for base in (HERE / "__pycache__", Path(users) / "concerted"):
        folder = base / f"compiled-{_digest()}"
        if (folder.is_dir() and any(folder.iterdir())) or _may_write(folder):
            return folder
    return None


def _may_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


FOLDER = _choose_folder()
