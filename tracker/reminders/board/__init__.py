"""The overdue board (逾期督办): what each unit owes, who was told last, and urging in bulk."""
