"""The hub's log: a private file that rotates, written off the loop, with secrets masked."""

import logging
import os
import queue
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

from pilot_sidecar.infra.files import private_dir

MASK = "••••••"
MAX_BYTES = 2 * 1024 * 1024
_PATTERNS = re.compile(
    r"(?i)(bearer\s+|authorization[\"']?\s*[:=]\s*[\"']?(?:bearer\s+)?|[\"']?token[\"']?\s*[:=]\s*[\"']?|#code=|"
    r"cookie[\"']?\s*[:=]\s*[\"']?)[A-Za-z0-9._~+/=-]{6,}"
)


class Redactor:
    """Masks secrets in text: those it was told, and what looks like one."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def hide(self, *secrets: str) -> None:
        """Mask these from now on."""
        self._known.update(secret for secret in secrets if len(secret) > 5)

    def __call__(self, text: str) -> str:
        """Return the text without its secrets."""
        for secret in self._known:
            text = text.replace(secret, MASK)
        return _PATTERNS.sub(lambda match: match[1] + MASK, text)


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
