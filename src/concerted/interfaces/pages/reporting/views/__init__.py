"""The views of the reporting pages, each turning a request into one read or act."""
