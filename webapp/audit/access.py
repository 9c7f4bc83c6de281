"""Who read what is personal."""
