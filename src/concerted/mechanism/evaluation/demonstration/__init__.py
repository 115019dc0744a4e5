"""Evaluations, supervised areas and treaty papers of the invented nation; every row says that it is invented."""

from .fill import fill, is_filled

__all__ = ["fill", "is_filled"]
