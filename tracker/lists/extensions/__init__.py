"""Extensions of a rectification's deadline (整改延期), by the rules of those of duties."""
