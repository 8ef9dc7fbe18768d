"""The year: the mean of the final months and the management score, in the shares the formula sets."""
