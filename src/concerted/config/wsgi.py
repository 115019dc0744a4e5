"""The WSGI entry of the site; loads what every page needs before the first one is asked for."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")


def _load_what_lasts() -> None:
    """Addresses with their views, and the catalogues of every language; no database is asked."""
    get_resolver()._populate()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")


application = get_wsgi_application()
_load_what_lasts()

# What is loaded by now lives as long as the process: looking through it again and again finds nothing to free.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
