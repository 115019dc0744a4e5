"""What Concerted promises, as sentences that can fail."""
