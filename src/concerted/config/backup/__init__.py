"""Backs the whole installation up into one encrypted file, checks such a file, and restores from it."""
