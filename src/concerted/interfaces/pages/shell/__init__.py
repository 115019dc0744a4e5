"""The page shell: frames, components and words all pages share; it knows no part of the mechanism."""
