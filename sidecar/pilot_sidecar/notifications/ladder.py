"""The ladder: the desk, then phones, then the chat, each its time after the first, unless it was dealt with."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from pilot_sidecar.core.attention import GRACE_S
from pilot_sidecar.core.notices_model import ChannelName, KindRule, Notice
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.desk import Desk
from pilot_sidecar.notifications.quiet_hours import waits

logger = logging.getLogger(__name__)
STALE_MS = 60 * 60 * 1000
"""After this nobody is told of what is no ask, if nobody could be until then."""
SETTLES_S = 5.0
"""After a start of the hub, surfaces are on their way back this long."""
AGAIN_MS = 5 * 60 * 1000
"""A channel that could not carry an ask is tried again after this."""
_FROM_THE_TOP: tuple[ChannelName, ...] = ("telegram", "push", "desk")
AFTER_A_FAULT_MS = 30 * 1000
TOLD = 200
"""Notices that are remembered after their ladder's end, so that surfaces can be told to take them away."""


class Carrier(Protocol):
    """What carries notices to one channel's receivers."""

    def send(self, notice: Notice, failed: Callable[[], None]) -> bool:
        """Queue a notice for every receiver; ``failed`` is called if none gets it; False: there is none."""
        ...

    def withdraw(self, notice_id: str, outcome: str) -> None:
        """Take a notice back wherever it is."""
        ...


@dataclass(slots=True)
class Climb:
    """How far one notice is."""

    notice: Notice
    began_s: float
    desk_only: bool = False
    began_ms: int | None = None
    """When its first rung was due; None: quiet hours, or not yet."""
    waits_until_ms: int = 0
    """Surfaces are on their way back: nobody else is told before."""
    due_ms: int | None = 0
    """When to look again; None: when something changes."""
    used: set[ChannelName] = field(default_factory=set)
    """Rungs that carried it."""
    failed: dict[ChannelName, int] = field(default_factory=dict)
    """Those of them that reached nobody, and when that was."""
    surface: str | None = None
    """Which one shows it now."""
    last: str | None = None
    """Which one showed it last, and may show it still."""
    seen: bool = False
    """The person was where it is shown."""
    announced: bool = False
    old: bool = False
    """It may have been carried by the hub's last run."""


class Ladder:
    """Carries each notice from rung to rung; not a task: ``climb`` does what is due and says when to come back."""

    def __init__(
        self, services: Services, desk: Desk, carriers: Mapping[ChannelName, Carrier], wake: Callable[[], None]
    ) -> None:
        self._services = services
        self._desk = desk
        self._carriers = carriers
        self._wake = wake
        self._climbs: dict[str, Climb] = {}
        self._told: dict[str, Notice] = {}
        self._stale = False

    def changed(self) -> None:
        """Look at everything again: a surface, a receiver, a rule or a setting changed."""
        if self._climbs:
            self._stale = True
            self._wake()

    def begin(self, notice: Notice, *, desk_only: bool = False) -> None:
        """Tell people of something new; the same once more is nothing new."""
        if notice.id not in self._climbs and notice.id not in self._told:
            self._climbs[notice.id] = Climb(notice, self._services.clock.monotonic_s(), desk_only)

    def resume(self, notice: Notice, *, desk_only: bool = False) -> None:
        """Go on with what waited already when the hub started, once surfaces had time to come back."""
        clock = self._services.clock
        climb = Climb(notice, clock.monotonic_s(), desk_only, old=True)
        climb.began_ms = notice.at
        climb.waits_until_ms = clock.now_ms() + round(SETTLES_S * 1000)
        self._climbs[notice.id] = climb

    def withdraw(self, notice_id: str, outcome: str) -> None:
        """Take a notice back everywhere."""
        self._take_from_desks(notice_id, outcome)
        for carrier in self._carriers.values():  # also those that failed: they may have carried it late
            carrier.withdraw(notice_id, outcome)

    def clear(self, notice_id: str) -> None:
        """Tell nobody else of a notice, and take it away where people work; phones and chats keep theirs."""
        self._take_from_desks(notice_id, "")

    def climb(self) -> float | None:
        """Do what is due; return in how many seconds to come back, None without anything to wait for."""
        stale, self._stale = self._stale, False
        now = self._services.clock.now_ms()
        for climb in tuple(self._climbs.values()):
            if stale or (climb.due_ms is not None and climb.due_ms <= now):
                self._try_to_advance(climb, now)
        dues = [climb.due_ms for climb in self._climbs.values() if climb.due_ms is not None]
        return max(0.0, (min(dues) - now) / 1000) if dues else None

    def _try_to_advance(self, climb: Climb, now: int) -> None:
        try:
            self._advance(climb, now)
        except Exception:
            logger.exception("a notice cannot go on; trying again")
            climb.due_ms = now + AFTER_A_FAULT_MS

    def _advance(self, climb: Climb, now: int) -> None:
        climb.due_ms = None
        rungs = self._rungs(climb)
        if self._is_held_back(climb, rungs, now):
            return
        climb.began_ms = now if climb.began_ms is None else climb.began_ms
        if "desk" in rungs:
            self._show(climb, now)
        elif not climb.announced:
            self._announce(climb, None, sound=False)
        if self._is_over(climb, rungs):
            self._end(climb)
            return
        for name in rungs:
            if name != "desk":
                self._carry(climb, name, now)
        if climb.notice.kind != "ask":
            _come_back(climb, climb.notice.at + STALE_MS + 1)

    def _is_held_back(self, climb: Climb, rungs: list[ChannelName], now: int) -> bool:
        """Tell whether nobody is to hear of it now; asks wait for the end of quiet hours, the rest is let go of."""
        notice = climb.notice
        until = waits(self._services.settings.current, notice.kind, now)
        if notice.kind != "ask" and (not rungs or until is not None or now - notice.at > STALE_MS):
            self._end(climb)
            return True
        if until is not None:
            climb.due_ms, climb.began_ms = until, None
        return until is not None or not rungs

    def _rungs(self, climb: Climb) -> list[ChannelName]:
        notice, rules = climb.notice, self._services.rules.current
        project = rules.projects.get(notice.project_id or "", "all")
        if project == "nothing" or (project == "asks" and notice.kind != "ask"):
            return []
        rule = self._rule(notice)
        allowed: dict[ChannelName, bool] = {"desk": rule.desk, "push": rule.push, "telegram": rule.telegram}
        return [name for name, yes in allowed.items() if yes and (name == "desk" or not climb.desk_only)]

    def _rule(self, notice: Notice) -> KindRule:
        rules = self._services.rules.current
        match notice.kind:
            case "ask":
                return rules.ask
            case "finished":
                return rules.finished
            case "error":
                return rules.error
            case "stuck":
                return rules.stuck
            case "budget":
                return rules.budget
            case "test":
                return KindRule()

    def _show(self, climb: Climb, now: int) -> None:
        """See to it that one surface shows the notice: where the person is, or was; never two on purpose."""
        if climb.surface is not None and not self._is_still_there(climb, now):
            climb.surface, climb.failed["desk"] = None, now
        if climb.surface is None:
            self._show_anew(climb, now)
        elif climb.notice.kind == "ask" and not climb.seen:
            self._follow_the_person(climb)

    def _is_still_there(self, climb: Climb, now: int) -> bool:
        gone = self._services.surfaces.gone_s(climb.surface or "")
        if gone is None:
            return True
        if gone >= GRACE_S:
            return False
        _come_back(climb, now + max(1, round((GRACE_S - gone) * 1000)))
        return True

    def _show_anew(self, climb: Climb, now: int) -> None:
        surfaces = self._services.surfaces
        if climb.last is not None and surfaces.get(climb.last) is not None:
            climb.surface = climb.last  # it shows it still
        elif (chosen := self._desk.choose(climb.notice)) is not None:
            climb.seen = chosen.attention == "active"
            self._announce(climb, chosen.id, sound=climb.last is None and self._rule(climb.notice).sound)
        else:
            self._wait_for_one(climb, now)
            return
        climb.used.add("desk")
        climb.failed.pop("desk", None)

    def _wait_for_one(self, climb: Climb, now: int) -> None:
        """Give a page that is loaded anew a moment; then say that nobody shows it."""
        if not climb.used and (left_s := self._services.surfaces.returns_within_s()) > 0:
            climb.waits_until_ms = max(climb.waits_until_ms, now + max(1, round(left_s * 1000)))
        if now < climb.waits_until_ms:
            _come_back(climb, climb.waits_until_ms)
        elif not climb.announced:
            self._announce(climb, None, sound=False)

    def _follow_the_person(self, climb: Climb) -> None:
        """Move what was shown where nobody was to where the person is now: once."""
        there = self._desk.attended()
        if there is None:
            return
        climb.seen = True
        if there.id != climb.surface:
            self._announce(climb, there.id, sound=False)

    def _announce(self, climb: Climb, surface_id: str | None, *, sound: bool) -> None:
        climb.announced, climb.surface = True, surface_id
        climb.last = surface_id or climb.last
        self._desk.announce(climb.notice, surface_id, sound=sound)

    def _carry(self, climb: Climb, name: ChannelName, now: int) -> None:
        if name in climb.failed and climb.notice.kind == "ask":
            self._try_again(climb, name, now)
        if name in climb.used or (carrier := self._carriers.get(name)) is None:
            return
        settings = self._services.settings.current
        after = settings.notify_push_after_s if name == "push" else settings.notify_telegram_after_s
        due = climb.waits_until_ms if _needs_another(climb) else (climb.began_ms or now) + after * 1000
        if now < due:
            _come_back(climb, due)
        elif carrier.send(climb.notice, partial(self._failed, climb, name)):
            climb.used.add(name)

    def _failed(self, climb: Climb, name: ChannelName) -> None:
        climb.failed[name] = self._services.clock.now_ms()
        climb.due_ms = 0
        self._wake()

    def _try_again(self, climb: Climb, name: ChannelName, now: int) -> None:
        """Let a channel that failed carry an ask once more, a while later."""
        again = climb.failed[name] + AGAIN_MS
        if now < again:
            _come_back(climb, again)
            return
        climb.used.discard(name)
        del climb.failed[name]

    def _is_over(self, climb: Climb, rungs: list[ChannelName]) -> bool:
        """Tell whether nobody else needs to hear of it: an ask goes on until it is answered."""
        if climb.notice.kind == "ask":
            return False
        if "desk" in rungs and self._services.surfaces.attended_since(climb.began_s):
            return True
        return all(name in climb.used for name in rungs) and not climb.failed

    def _end(self, climb: Climb) -> None:
        self._climbs.pop(climb.notice.id, None)
        if climb.announced:
            self._told[climb.notice.id] = climb.notice
            if len(self._told) > TOLD:
                del self._told[next(iter(self._told))]

    def _take_from_desks(self, notice_id: str, outcome: str) -> None:
        climb = self._climbs.pop(notice_id, None)
        notice = self._told.pop(notice_id, None)
        if climb is not None and (climb.announced or climb.old):
            notice = climb.notice
        if notice is not None:
            self._desk.take_away(notice, outcome)


def _needs_another(climb: Climb) -> bool:
    """Tell whether nobody has it: nothing carried it yet, or the highest rung that did failed."""
    highest = next((name for name in _FROM_THE_TOP if name in climb.used), None)
    return highest is None or highest in climb.failed


def _come_back(climb: Climb, at_ms: int) -> None:
    climb.due_ms = at_ms if climb.due_ms is None else min(climb.due_ms, at_ms)
