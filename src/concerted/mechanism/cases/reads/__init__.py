"""Every question to case work, one file for each noun."""
