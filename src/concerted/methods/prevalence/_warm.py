"""Has every compiled function compiled and kept, so that nobody waits at first use; it gives no answer."""

from __future__ import annotations

import shutil
from contextlib import suppress
from importlib import import_module

from concerted.methods.prevalence._compiled import FOLDER
from concerted.methods.prevalence._result import NotEstimable
from concerted.methods.prevalence._table import CaptureTable

_SMALL = CaptureTable.from_histories("ABC", {1: 60, 2: 48, 4: 39, 3: 14, 5: 9, 6: 7, 7: 4})


def compile_all() -> str:
    """Call each compiled part once on a small table, and drop what older sources left.

    Returns where the machine code is kept, "" when nowhere.
    """
    names = ("_stepwise", "_information", "_latent_class")
    part = {name: import_module(f"concerted.methods.prevalence.{name}") for name in names}
    part["_stepwise"].stepwise(_SMALL, bootstrap=20)
    part["_stepwise"].threshold_path(_SMALL)
    part["_information"].bic(_SMALL, bootstrap=20)
    part["_information"].bic(_SMALL, bootstrap=20, n_top=2)
    part["_information"].compile_for_large_catalogues(_SMALL)
    with suppress(NotEstimable):  # its chains are too short to agree
        part["_latent_class"].latent_class(_SMALL, chains=4, iterations=200)
    if FOLDER is not None:
        for older in FOLDER.parent.glob("compiled-*"):
            if older != FOLDER:
                shutil.rmtree(older, ignore_errors=True)
    return str(FOLDER or "")


if __name__ == "__main__":
    compile_all()
