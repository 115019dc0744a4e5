"""Template filters of the estimates pages."""
