"""The bench: a deterministic city, its pages under load, next to a floor measured in the same run."""
