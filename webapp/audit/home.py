"""Where the auditor begins: what there is to look at, and the cases."""
