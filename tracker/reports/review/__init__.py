"""The review queue: what waits for a supervisor's decision, one case after the other."""
