"""The question, the estimates and what binds, made into an answer with its evidence."""
