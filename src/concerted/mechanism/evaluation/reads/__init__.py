"""Every query of the evaluation part, by subject."""
