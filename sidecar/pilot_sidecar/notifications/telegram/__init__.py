"""Telegram: asks with buttons, what became of work, and a few commands in one chat."""
