"""JSON-RPC door (pygls) for editors."""
