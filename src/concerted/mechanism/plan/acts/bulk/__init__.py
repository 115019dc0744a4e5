"""Loads many figures at once, all or none, each fault told with its row; invents values only for a demonstration."""

from .loading import LoadedFigures, fill_observations, load_observations, try_load
from .reading import COLUMNS, MOST_PROBLEMS

__all__ = ["COLUMNS", "MOST_PROBLEMS", "LoadedFigures", "fill_observations", "load_observations", "try_load"]
