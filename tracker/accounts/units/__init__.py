"""The pages and verbs of units, aliases, collective names and boards."""
