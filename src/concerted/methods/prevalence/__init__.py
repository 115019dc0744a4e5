"""How many people no list holds: multiple systems estimation that says when it cannot tell; never Django or a clock.

A reader starts at `CaptureTable`; every method returns an `Estimate` or raises `NotEstimable`.
"""

from concerted.methods.prevalence._result import Caution, Citation, Diagnostics, Estimate, NotEstimable
from concerted.methods.prevalence._table import MAX_LISTS, CaptureTable

__all__ = ["MAX_LISTS", "CaptureTable", "Caution", "Citation", "Diagnostics", "Estimate", "NotEstimable"]
