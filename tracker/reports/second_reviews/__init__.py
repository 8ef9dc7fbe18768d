"""Second reviews (复核): some closures, drawn by lot, are looked at again by another supervisor."""
