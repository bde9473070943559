"""The hub's log: a private file that rotates, written off the loop, with secrets masked."""

import json
import logging
import os
import queue
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from urllib.parse import quote

from pilot_sidecar.infra.files import private_dir

MASK = "••••••"
SHORTEST = 5
"""Masking every “a” would leave nothing to read."""
MAX_BYTES = 2 * 1024 * 1024
_PATTERNS = re.compile(
    r"(?i)((?:bearer|basic)\s+|authorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?|[\"']?token[\"']?\s*[:=]\s*[\"']?|"
    r"#code=|[\"'](?:code|ticket)[\"']\s*:\s*[\"']|cookie[\"']?\s*[:=]\s*[\"']?|\bpilot_[0-9a-f]{8}=|/bot(?=\d+:))"
    r"[A-Za-z0-9._~+/=:-]{6,}"
)


class Redactor:
    """Masks secrets in text: those it was told, and what looks like one."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()

    def hide(self, *secrets: str) -> None:
        """Mask these from now on, also where they are written for an address or in JSON."""
        forms = {form for secret in secrets if len(secret) > SHORTEST for form in _forms(secret)}
        self._known = tuple(sorted({*self._known, *forms}, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """Return the text without its secrets."""
        for secret in self._known:
            text = text.replace(secret, MASK)
        return _PATTERNS.sub(lambda match: match[1] + MASK, text)


def _forms(secret: str) -> set[str]:
    return {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]}


class _Formatter(logging.Formatter):
    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, self.mode, encoding="utf-8", opener=_private)  # type: ignore[return-value] # text mode gives a TextIOWrapper


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def open_logs(folder: Path, redact: Redactor, console_level: int = logging.WARNING) -> Iterator[None]:
    """Send the log to ``folder/hub.log``, and what matters to standard error as well."""
    file = _PrivateFile(private_dir(folder) / "hub.log", maxBytes=MAX_BYTES, backupCount=3, encoding="utf-8")
    console = logging.StreamHandler()
    console.setLevel(console_level)
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    entrance = QueueHandler(records)
    entrance.setFormatter(_Formatter(redact))  # applied on entry: nothing unmasked waits in the queue
    listener = QueueListener(records, file, console, respect_handler_level=True)
    root = logging.getLogger()
    root.addHandler(entrance)
    root.setLevel(logging.INFO)
    logging.getLogger("pygls").setLevel(logging.WARNING)  # it logs whole messages at INFO
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(entrance)
        listener.stop()
        file.close()
