"""Work in the background: `sweeper`, `sender`, `sealer` and `tidier`, run by a `port`, of which `embedded` is the one with threads."""
