"""Views of the evaluation pages, one module per subject."""
