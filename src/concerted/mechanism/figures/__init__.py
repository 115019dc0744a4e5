"""Figures: estimates of what is hidden, kept so that anybody can repeat them; it reads the plan and changes nothing there."""
