"""Work in the background: `sweeper` and `sender`, run by a `port`, of which `embedded` is the one with threads."""
