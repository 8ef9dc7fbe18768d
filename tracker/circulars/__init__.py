"""The monthly circular, from figures to red-headed paper."""
