"""Look-backs (回头看): struck-off accounts, drawn by lot or ordered by hand, are looked at again."""
