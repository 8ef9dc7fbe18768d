"""What the office asks of the units by hand (要求), held against the rules of relief (减负), and counted."""
