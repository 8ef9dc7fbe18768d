"""信息报送考核: the second model, for the information assessment; switched off as shipped, see its note."""
