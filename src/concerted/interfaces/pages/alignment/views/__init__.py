"""The views of the alignment pages."""
