"""The escalation ladder (升级建议), and the numbered slips (督办单) a supervisor issues."""
