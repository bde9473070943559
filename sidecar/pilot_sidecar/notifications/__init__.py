"""Channels that carry an ask to where the person is."""
