"""OpenCode, through a plugin that dials the hub."""
