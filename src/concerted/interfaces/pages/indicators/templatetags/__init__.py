"""Template filters of the indicator pages."""
