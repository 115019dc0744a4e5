"""Pages of estimation runs: ask, watch, read, repeat, compare; they hold no rule."""
