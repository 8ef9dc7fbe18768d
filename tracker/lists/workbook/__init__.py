"""The registration form as a workbook: out with the open accounts, back with new and amended ones."""
