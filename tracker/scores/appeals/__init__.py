"""申诉: a unit contests one fact of its sheet, another person decides; and 更正 of a final month."""
