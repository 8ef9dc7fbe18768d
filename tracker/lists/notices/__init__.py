"""Public notice (公示) of a verified rectification, and what people say against it."""
