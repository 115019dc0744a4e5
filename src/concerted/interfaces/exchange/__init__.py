"""Translates documents and data into and out of the mechanism; it holds no rule of its own."""
