"""What a push service's answer means for the notice and for the subscription."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from pilot_sidecar.notifications.ports import DeliveryError

MAX_WAIT_S = 3_600.0
TOO_LARGE = 413
_TAKEN = frozenset({200, 201, 202, 204})
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 403})
_SECONDS = re.compile(r"\d{1,9}(\.\d+)?", re.ASCII)
_REASON = re.compile(r"[A-Za-z][A-Za-z .-]{2,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in whatever case it likes."""
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header, empty where there is none."""
        return next((text for key, text in self.headers.items() if key.lower() == name), "")


def problem_in(answer: Answer, service: str, now_ms: int) -> DeliveryError | None:
    """Return why a message was not taken, in words for people; None when it was."""
    status = answer.status
    if status in _TAKEN:
        return None
    if status in _GONE:
        words = f"{service}'s push service knows this device no more: switch Push off and on there."
        return DeliveryError(words, final=True, gone=True)
    if status in _REFUSED:
        words = f"{service}'s push service refuses this hub's keys ({status}): switch Push off and on there."
        return DeliveryError(words, final=True)
    if status == TOO_LARGE:
        return DeliveryError(f"{service}'s push service finds the message too large.", final=True)
    if status == 429:
        words = f"{service}'s push service has had too many messages for now."
        return DeliveryError(words, retry_after_s=wait_of(answer, now_ms))
    if status >= 500 or status == 408:
        words = f"{service}'s push service has trouble of its own ({status})."
        return DeliveryError(words, retry_after_s=wait_of(answer, now_ms))
    if 300 <= status < 400:
        words = f"{service}'s push service pointed elsewhere ({status}); Pilot does not follow."
        return DeliveryError(words, final=True)
    return DeliveryError(f"{service}'s push service did not take the message ({status}{_reason(answer)}).", final=True)


def wait_of(answer: Answer, now_ms: int) -> float | None:
    """Return for how long to leave a service alone, at most an hour; it says seconds or a date."""
    text = answer.header("retry-after").strip()
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        return min(float(text), MAX_WAIT_S)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(at.timestamp() - now_ms / 1000, 0.0), MAX_WAIT_S)


def _reason(answer: Answer) -> str:
    """Return the service's own word for it: Apple's is in the body, Microsoft's in a header."""
    words = answer.header("x-wns-error-description")
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict) and isinstance(said.get("reason"), str):
        words = said["reason"]
    return f", {words}" if _REASON.fullmatch(words) else ""
