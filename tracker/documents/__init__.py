"""Documents: what was issued, and what was read in it."""
