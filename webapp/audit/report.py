"""What the office did in a period: counts, lateness, times of the steps."""
