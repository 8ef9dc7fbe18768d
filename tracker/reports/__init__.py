"""Progress reports, their evidence and their review."""
