"""The plan pages: what an officer sees of plans, and where drafts are made."""
