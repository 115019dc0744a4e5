"""What speaks for putting something on an agenda, one module per source; each reads, explains and links, and writes
nothing."""

from .proposed import Figure, Link, Pair, Proposed, Scope, both

__all__ = ["Figure", "Link", "Pair", "Proposed", "Scope", "both"]
