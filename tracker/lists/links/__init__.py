"""What an account has to do with: tasks, documents, other accounts; told on both ends."""
