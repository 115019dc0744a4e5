"""The `concerted` command line; every command calls acts and reads, never models."""
