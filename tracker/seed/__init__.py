"""The demonstration city, its document and some weeks of its handling."""
