"""The WSGI entry of the site."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")

application = get_wsgi_application()

# What is loaded by now lives as long as the process: looking through it again and again finds nothing to free.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
