"""Letters to people: what they say (`letters`), and the way they go (`port`; `email`)."""
