"""Template library of the plan pages."""
