"""Template tags of the reporting pages; this file only marks the folder."""
