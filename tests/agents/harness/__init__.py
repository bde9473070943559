"""Real agents, each in a home of its own, against a scripted model."""
