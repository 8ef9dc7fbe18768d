"""What is asked about a duty and answered: extensions (延期), halts (停办), objections (异议)."""
