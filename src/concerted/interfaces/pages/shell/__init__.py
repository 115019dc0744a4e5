"""The page shell: base templates, components and words that every page shares; it knows no part of the mechanism."""
