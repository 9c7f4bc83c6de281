"""Rows and nothing else: `tables`, `session`, `migrations`, and a module of functions for each aggregate."""
