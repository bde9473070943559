"""One folder per agent; each translates at the door."""
