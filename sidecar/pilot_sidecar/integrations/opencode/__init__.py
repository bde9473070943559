"""OpenCode: a small bridge inside each of its processes dials the hub."""
