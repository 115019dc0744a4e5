"""Template libraries of the page shell."""
