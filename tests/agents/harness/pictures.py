"""A picture to send: the smallest PNG there is."""

import base64

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


def png(name: str) -> dict[str, str]:
    """Return it as a prompt carries it."""
    return {"name": name, "mime": "image/png", "data": base64.b64encode(PNG).decode()}
