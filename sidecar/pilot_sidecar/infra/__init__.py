"""Plumbing: imports nothing of ours."""
