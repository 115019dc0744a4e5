"""Every write of case work, one file for each noun."""
