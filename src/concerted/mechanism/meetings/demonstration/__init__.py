"""Holds an invented nation's joint meetings through acts, the same ones for the same seed; nobody in it is real."""

from .fill import fill, is_filled

__all__ = ["fill", "is_filled"]
