"""Figures: estimates of what is hidden, kept so that anybody can repeat them; it changes nothing of the plan."""
