"""The one library page writers load: every component of the shell; it reads no database."""

from django import template

from . import _forms, _pictures, _tables, _words

register = template.Library()
for part in (_words, _tables, _forms, _pictures):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
