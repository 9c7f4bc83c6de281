"""A case put through its history again, step by step, on the diagram that it ran on."""
