"""Histories of every `BEHAVIOUR` that was ever in service, with the files they ran on. They are never rewritten."""
