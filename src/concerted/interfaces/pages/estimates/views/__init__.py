"""Views of the estimates pages: they turn a request into one read or one act."""
