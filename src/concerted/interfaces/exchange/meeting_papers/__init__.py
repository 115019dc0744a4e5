"""Makes the papers of one meeting - notice, briefing book, minutes - from what its office may read."""
