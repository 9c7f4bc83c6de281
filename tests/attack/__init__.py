"""What hostile and unlucky hands try."""
