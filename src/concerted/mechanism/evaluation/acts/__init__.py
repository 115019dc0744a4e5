"""Every write of the evaluation part, by subject."""
