"""Upkeep (维护): purge, back up and restore, verify the trail, tell what is wrong with an installation."""
