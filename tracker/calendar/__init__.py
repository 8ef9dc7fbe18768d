"""The working calendar (工作日历): a year's days off and make-up days, and their notices."""
