"""Codex, through hooks; the shared daemon follows."""
