"""Views of the indicator pages: they turn a request into one read or one act."""
