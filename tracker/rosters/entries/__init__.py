"""The objects of a roster: entered, filled in, taken step by step, struck off, unmasked."""
