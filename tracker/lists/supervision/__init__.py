"""Supervision of the supervisors: who struck off what within which time, and what came back."""
