"""One account (一问题一账号): from its issue to its strike-off, and its page."""
