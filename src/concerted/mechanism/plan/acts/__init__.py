"""The writes of the plan, one file per matter; this file only marks the folder."""
