"""Who people are (`accounts`) and what they may do (`policy`, pure)."""
