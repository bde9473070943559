"""What a push message says: small, and without what an agent wrote unless that is wanted."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pilot_sidecar.core.notices_model import Notice

MAX_BYTES = 2_990
"""Push services take 4,096 bytes, encryption included, and some less."""
_TITLE, _PROJECT, _OUTCOME, _ID = 200, 120, 200, 300
_BODIES = (700, 250, 80, 0)
"""What a body may take up; it is in the message twice."""
_BARE = "Open Pilot to see what it is about."


@dataclass(frozen=True, slots=True)
class Message:
    """One push message, before it is encrypted."""

    topic: str
    """The same for a notice and its outcome: what waits at the push service is replaced."""
    body: bytes
    smaller: bytes
    """To try where the first is too large."""
    ttl_s: int
    urgency: str


def topic_of(notice_id: str) -> str:
    """Return a push service's name for a notice: 32 characters that say nothing."""
    return urlsafe_b64encode(hashlib.sha256(notice_id.encode("utf-8", "replace")).digest()[:24]).decode()


def told(notice: Notice, origin: str, *, details: bool) -> tuple[bytes, bytes]:
    """Return a notice's message, and a smaller one."""
    what = "test" if notice.kind == "test" else "notice"
    text = notice.body if details or notice.kind == "test" else notice.project
    return _fitting(notice, origin, text, {"what": what}, silent=False)


def settled(notice: Notice, origin: str, outcome: str) -> tuple[bytes, bytes]:
    """Return the message that takes a notice's place once it was dealt with, and a smaller one."""
    said = _clip(outcome, _OUTCOME)
    return _fitting(notice, origin, said or notice.project, {"what": "outcome", "outcome": said}, silent=True)


def place_of(notice: Notice, origin: str) -> str:
    """Return the page's address at which a notice is dealt with."""
    if notice.ask_id and len(notice.ask_id) <= _ID:
        return f"{origin}/#ask={quote(notice.ask_id, safe='')}"
    if notice.session_id and len(notice.session_id) <= _ID:
        return f"{origin}/#session={quote(notice.session_id, safe='')}"
    return f"{origin}/"


def _fitting(
    notice: Notice, origin: str, text: str, pilot: Mapping[str, object], *, silent: bool
) -> tuple[bytes, bytes]:
    """Return the longest message that fits, and the shortest."""
    fitting = (_message(notice, origin, _clip(text, limit), pilot, silent=silent) for limit in _BODIES)
    smallest = _message(notice, origin, "", pilot, silent=silent)
    if len(smallest) > MAX_BYTES:
        smallest = _bare(notice, origin, silent=silent)
    return next((body for body in fitting if len(body) <= MAX_BYTES), smallest), smallest


def _message(notice: Notice, origin: str, text: str, pilot: Mapping[str, object], *, silent: bool) -> bytes:
    title, project = _clip(notice.title, _TITLE), _clip(notice.project, _PROJECT)
    decided = {
        "id": notice.id, "kind": notice.kind, "askId": notice.ask_id, "digest": notice.digest, "quick": notice.quick,
        "project": project,
    }  # fmt: skip
    told = {
        "title": title, "body": text, "at": notice.at, "sessionId": notice.session_id, "agent": notice.agent,
        "expiresAt": notice.expires_at,
    }  # fmt: skip
    shown = _shown(notice.id, title, text, place_of(notice, origin), silent)
    # Safari hands its worker the proposed notice and nothing else, so what a decision needs is there, too.
    shown["data"] = {"pilot": {"v": 1, **pilot, "notice": _without_absent(decided)}}
    return _json(shown, {**pilot, "notice": _without_absent({**decided, **told})})


def _without_absent(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _bare(notice: Notice, origin: str, *, silent: bool) -> bytes:
    """Return what is left to say of a notice whose ids alone are too long."""
    tag = topic_of(notice.id)
    return _json(_shown(tag, _clip(notice.title, _TITLE), _BARE, place_of(notice, origin), silent), {"what": "plain"})


def _shown(tag: str, title: str, body: str, navigate: str, silent: bool) -> dict[str, object]:
    """Return what a browser shows by itself (declarative web push)."""
    return {"title": title, "body": body, "navigate": navigate, "tag": tag, "silent": silent}


def _json(notification: Mapping[str, object], pilot: Mapping[str, object]) -> bytes:
    whole = {"web_push": 8030, "notification": notification, "mutable": True, "pilot": {"v": 1, **pilot}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _clip(text: str, limit: int) -> str:
    """Return a text on one line, cut where it would take up more bytes; what JSON writes longer counts as that."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: limit * 2]).split())
    if _size(line) <= limit and len(text) <= limit * 2:
        return line
    if limit < 4:
        return ""
    while line and _size(line) > limit - 3:
        line = line[: min(len(line) - 1, limit - 3)]
    return f"{line.rstrip()}…"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace")) + text.count('"') + text.count("\\")
