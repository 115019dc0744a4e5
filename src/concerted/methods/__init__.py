"""The ground floor: plain Python on numbers and arrays; never Django, a clock, a network or a disk."""
