"""JSON-RPC door: pygls over a local socket."""
