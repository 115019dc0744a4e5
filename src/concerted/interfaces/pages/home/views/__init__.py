"""The home pages: each view gathers reads for one page and decides nothing."""
