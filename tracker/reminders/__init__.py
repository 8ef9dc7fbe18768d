"""Reminders and the digests that carry them."""
