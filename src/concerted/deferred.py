"""Libraries that take long to load, each loaded when a name of it is first used; it knows nothing of what they do.

from concerted.deferred import numpy as np
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any


class _Deferred(ModuleType):
    """Stands for a module until it is needed; each name asked for stays at hand."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} is not loaded for {name!r}")
        value = getattr(import_module(self.__name__), name)
        setattr(self, name, value)
        return value


if TYPE_CHECKING:
    import icalendar as icalendar
    import imagesize as imagesize
    import numpy as numpy
    import puremagic as puremagic
    import pypinyin as pypinyin
    import pyzipper as pyzipper
    import typst as typst

    openpyxl: Any
else:
    icalendar = _Deferred("icalendar")
    imagesize = _Deferred("imagesize")
    numpy = _Deferred("numpy")
    openpyxl = _Deferred("openpyxl")
    puremagic = _Deferred("puremagic")
    pypinyin = _Deferred("pypinyin")
    pyzipper = _Deferred("pyzipper")
    typst = _Deferred("typst")
