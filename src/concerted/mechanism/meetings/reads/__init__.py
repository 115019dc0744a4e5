"""Every query of the joint meeting."""
