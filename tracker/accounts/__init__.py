"""Who uses Tracker: units, users, roles and what they may do."""
