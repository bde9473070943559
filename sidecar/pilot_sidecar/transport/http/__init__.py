"""HTTP and SSE door."""
