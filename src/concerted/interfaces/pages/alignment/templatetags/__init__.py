"""Template tags of the alignment pages."""
