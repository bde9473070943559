"""A recorded session, played back through the real pipeline."""
