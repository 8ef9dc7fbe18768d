"""The calendar feed (日历订阅): a person's deadlines, under a secret address that calendars may fetch."""
