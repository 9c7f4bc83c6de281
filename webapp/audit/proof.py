"""Is the record whole: seals, checks, and what a hash was the head of."""
