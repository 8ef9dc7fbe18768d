"""The reminder rules (提醒规则): versions of when whom is reminded of what, adopted from a day on."""
