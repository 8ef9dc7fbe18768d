"""The versions of the formula (评价模型): what holds, and a new one drawn up, previewed and adopted."""
