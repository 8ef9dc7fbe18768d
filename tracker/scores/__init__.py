"""The month in points: facts, formula, sheets and ranks."""
