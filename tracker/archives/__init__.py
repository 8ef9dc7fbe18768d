"""The year package (年度归档): everything of one year in a file that opens without the program."""
