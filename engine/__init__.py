"""The SOP as a running process: definitions, cases, history. Knows neither HTTP nor any step's id."""
