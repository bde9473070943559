"""Pilot's sidecar: the hub that shows every coding agent's session and carries every answer back."""

__version__ = "0.1.0"
PROTOCOL = 1
"""Version of the wire protocol: raised when an older client could misread a message."""
