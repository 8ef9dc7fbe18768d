"""The press: paper by GB/T 9704-2012, fonts, and the way from HTML to PDF, whatever is printed."""
