"""The fingerprint of what is being allowed."""

import hashlib
import json
from collections.abc import Mapping


def ask_digest(tool: str, arguments: Mapping[str, object], directory: str, session_id: str) -> str:
    """Return SHA-256 (hex) over tool, canonical arguments, directory and session."""
    canonical = json.dumps(
        [tool, arguments, directory, session_id], sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
