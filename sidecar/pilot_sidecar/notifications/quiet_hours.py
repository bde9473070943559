"""Quiet hours: what waits, and until when, in this machine's own time. Pure."""

from datetime import datetime, time, timedelta

from pilot_sidecar.core.notices_model import NoticeKind
from pilot_sidecar.core.settings_model import Settings

LOOK_AGAIN_MS = 60_000
"""Where a clock says something odd: never at once, or the hub would do nothing else."""
_EXCEPTED: dict[str, frozenset[NoticeKind]] = {
    "asks_and_errors": frozenset({"ask", "error"}),
    "asks": frozenset({"ask"}),
    "errors": frozenset({"error"}),
    "nothing": frozenset(),
}


def quiet_until(settings: Settings, now_ms: int) -> int | None:
    """Return when the present quiet hours end (ms since 1970), or None: these are none."""
    if not settings.quiet_hours:
        return None
    begin, end = (time.fromisoformat(part) for part in settings.quiet_hours.split("-"))
    now = datetime.fromtimestamp(now_ms / 1000)  # in the machine's own time, as people mean it
    if not _is_between(begin, now.time(), end):
        return None
    over = datetime.combine(now.date(), end)
    if over <= now:
        over += timedelta(days=1)
    ends = (round(over.replace(fold=fold).timestamp() * 1000) for fold in (0, 1))  # in autumn an hour comes twice
    return min((one for one in ends if one > now_ms), default=now_ms + LOOK_AGAIN_MS)


def waits(settings: Settings, kind: NoticeKind, now_ms: int) -> int | None:
    """Return until when a notice of some kind waits, or None: it goes out now."""
    return None if kind in _EXCEPTED[settings.quiet_except] else quiet_until(settings, now_ms)


def _is_between(begin: time, now: time, end: time) -> bool:
    if begin <= end:
        return begin <= now < end
    return now >= begin or now < end
