"""How likely an office is to be late with its next obligation of a kind, from its past and that of its peers."""

from ._pooled import MINIMUM_HISTORY, MINIMUM_PEERS, Forecast, History, Prior, brier, fit, forecast

__all__ = [
    "MINIMUM_HISTORY",
    "MINIMUM_PEERS",
    "Forecast",
    "History",
    "Prior",
    "brier",
    "fit",
    "forecast",
]
