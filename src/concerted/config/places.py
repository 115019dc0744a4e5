"""Where this installation keeps its files; it never creates or reads them."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The checkout: the folder that holds `run`, `check` and `reference/`."""

VAR = Path(os.environ.get("CONCERTED_VAR") or ROOT / "var").resolve()
"""Everything this installation makes for itself; deleting it returns the checkout to its first day."""

SECRETS = VAR / "secrets"
STAMPS = VAR / "stamps"
STATIC_SOURCE = VAR / "static-src"
"""Third-party assets, as prepared for serving; one of STATICFILES_DIRS."""

STATIC_ROOT = VAR / "static"
RUN_LOCK = VAR / "run.lock"
FONTS = VAR / "fonts"
"""The typefaces that papers are set in."""
