"""批量调整: unit, deadline or level of many duties at once, with preview, reason and undo."""
