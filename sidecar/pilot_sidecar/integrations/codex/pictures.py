"""Pictures of Codex's items: those it only names by their path are read, where that is theirs to show."""

import asyncio
import mimetypes
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pilot_sidecar.core.attachments import Keep
from pilot_sidecar.core.models import Attachment
from pilot_sidecar.core.pictures import MAX_PICTURE, data_url, picture_type
from pilot_sidecar.infra.inside import OutsideError, SpecialFileError, TooLargeFileError, read_inside, resolve_inside
from pilot_sidecar.integrations.codex.native import Item
from pilot_sidecar.integrations.codex.rpc import Json

SEEN = {"userMessage", "imageView", "imageGeneration"}
_SENT = ("image", "inputImage", "input_image")
_LOCAL = ("localImage", "local_image")


async def with_pictures(raw: object, folders: Sequence[str]) -> object:
    """Return an item with what is in the pictures that it names; others as they are."""
    if not isinstance(raw, dict) or raw.get("type") not in SEEN:
        return raw
    return await asyncio.to_thread(_filled, raw, folders)


def attachments_in(item: Item, thread_id: str, keep: Keep) -> list[Attachment]:
    """Return the pictures that an item carries; pictures are kept, others only named."""
    match item.type:
        case "userMessage":
            parts = [part for part in item.content or [] if isinstance(part, dict)]
            return [_given(part, thread_id, keep) for part in parts if part.get("type") in (*_SENT, *_LOCAL)]
        case "imageView" | "imageGeneration":
            path = item.path or item.saved_path or ""
            return [_named(path, item.picture or "", thread_id, keep)] if path or item.picture else []
        case "mcpToolCall":
            return _returned(item.result.content if item.result else [], thread_id, keep)
        case "dynamicToolCall":
            return _returned(item.content_items or [], thread_id, keep)
        case _:
            return []


def _given(part: Json, thread_id: str, keep: Keep) -> Attachment:
    if part.get("type") in _LOCAL:
        return _named(str(part.get("path") or ""), str(part.get("picture") or ""), thread_id, keep)
    url = _address(part)
    name = "picture" if url.startswith("data:") else Path(urlsplit(url).path).name
    return keep(thread_id, name or "picture", _said_type(url), url)


def _returned(parts: Sequence[object], thread_id: str, keep: Keep) -> list[Attachment]:
    """Return the pictures among what a tool gave back."""
    found = []
    for part in parts:
        if not isinstance(part, dict):
            continue
        if part.get("type") == "image" and isinstance(data := part.get("data"), str):
            mime = str(part.get("mimeType") or "image/png")
            found.append(keep(thread_id, "picture", mime, f"data:{mime};base64,{data}"))
        elif part.get("type") in _SENT and (url := _address(part)):
            found.append(keep(thread_id, "picture", _said_type(url), url))
    return found


def _named(path: str, url: str, thread_id: str, keep: Keep) -> Attachment:
    return keep(thread_id, Path(_plain(path)).name or "picture", mimetypes.guess_type(path)[0] or "", url)


def _address(part: Json) -> str:
    url = part.get("url") or part.get("imageUrl") or part.get("image_url")
    return url if isinstance(url, str) else ""


def _said_type(url: str) -> str:
    return url[5:].partition(";")[0][:100] if url.startswith("data:") else mimetypes.guess_type(url)[0] or ""


def _plain(path: str) -> str:
    return unquote(urlsplit(path).path) if path.startswith("file://") else path


def _filled(raw: Json, folders: Sequence[str]) -> Json:
    if raw.get("type") != "userMessage":
        path = raw.get("path") or raw.get("savedPath")
        return raw | {"picture": _read(path, [*folders, tempfile.gettempdir()])}
    content = raw.get("content")
    parts = content if isinstance(content, list) else []
    return raw | {"content": [_part(part) for part in parts]}


def _part(part: object) -> object:
    """Return a part of a prompt; what a person attached may be anywhere."""
    if not isinstance(part, dict) or part.get("type") not in _LOCAL:
        return part
    path = part.get("path")
    return part | {"picture": _read(path, [str(Path(path).parent)] if isinstance(path, str) else [])}


def _read(path: object, folders: Sequence[str]) -> str | None:
    """Return a picture in one of some folders as an address; None for whatever is none."""
    if not isinstance(path, str) or not Path(plain := _plain(path)).is_absolute():
        return None
    for folder in folders:
        try:
            raw, _ = read_inside(*resolve_inside(folder, plain), MAX_PICTURE)
        except (OutsideError, SpecialFileError, TooLargeFileError, OSError, ValueError):
            continue
        mime = picture_type(raw)
        return data_url(raw, mime) if mime else None
    return None
