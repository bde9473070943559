"""Entries of the audit log, for people and for spreadsheets."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pilot_sidecar.cli.text import safe

Entry = dict[str, Any]  # Any: JSON
_KNOWN = frozenset({"n", "at", "action", "by", "from", "prev", "hash"})
_COLUMNS = ("at", "action", "by", "name", "verified", "device", "address", "reach", "details")
_KINDS = {"owner": "this machine", "vscode": "VS Code", "terminal": "the terminal", "timeout": "nobody in time"}


def as_line(entry: Entry) -> str:
    """Return an entry on one line."""
    told = "  ".join(f"{safe(name)}={safe(_plain(value))}" for name, value in _details(entry).items())
    return f"{_time(entry)}  {safe(entry.get('action', '?')):<20}  {_who(entry)}  {told}".rstrip()


def as_jsonl(entries: Sequence[Entry]) -> str:
    """Return entries as they are, one a line."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def as_csv(entries: Sequence[Entry]) -> str:
    """Return entries as a table; a spreadsheet takes no cell for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for entry in entries:
        by, came = _part(entry, "by"), _part(entry, "from")
        cells = (
            _time(entry), entry.get("action", ""), by.get("kind", ""), by.get("name", ""), by.get("verified", ""),
            came.get("device", ""), came.get("address", ""), came.get("reach", ""),
            json.dumps(_details(entry), ensure_ascii=False),
        )  # fmt: skip
        writer.writerow([_harmless(_plain(cell)) for cell in cells])
    return out.getvalue()


def _who(entry: Entry) -> str:
    by, came = _part(entry, "by"), _part(entry, "from")
    kind = str(by.get("kind", "?"))
    who = safe(by.get("name") or _KINDS.get(kind, kind))
    where = safe(came.get("address", "")) if came.get("reach") in ("lan", "tunnel") else ""
    doubt = " (unverified)" if by.get("verified") is False else ""
    return f"{who}{f' at {where}' if where else ''}{doubt}"


def _details(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if name not in _KNOWN}


def _part(entry: Entry, name: str) -> Entry:
    part = entry.get(name)
    return part if isinstance(part, dict) else {}


def _time(entry: Entry) -> str:
    at = entry.get("at")
    try:
        return f"{datetime.fromtimestamp(at / 1000):%Y-%m-%d %H:%M:%S}" if isinstance(at, int) else "?"
    except (ValueError, OverflowError, OSError):
        return "?"


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
