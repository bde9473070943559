"""The API table, and the doors that expose it."""
