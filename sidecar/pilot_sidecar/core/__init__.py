"""The domain: events, asks, sessions. Never a network or editor library."""
