"""The views of the agencies pages; each turns a request into one read or one act."""
