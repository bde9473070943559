"""Pairing: a single-use code becomes a cookie that only this browser has, at once or after a person's yes."""

from urllib.parse import urlsplit

from aiohttp import web

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.device_names import clean_name
from pilot_sidecar.core.devices import SCOPES, Device
from pilot_sidecar.core.devices_model import Confirmation
from pilot_sidecar.core.errors import ConflictError, ForbiddenError, UnauthorizedError
from pilot_sidecar.core.invitations import Invitations
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.short_codes import short_code
from pilot_sidecar.core.whence import CALLING, Noted, Whence
from pilot_sidecar.transport.call import Invitation, PairingCode
from pilot_sidecar.transport.http.body import parse_body
from pilot_sidecar.transport.http.credentials import Doorkeeper
from pilot_sidecar.transport.http.pairing_wire import Paired, PairRequest, Waiting, WaitRequest
from pilot_sidecar.transport.http.responses import json_response, no_content
from pilot_sidecar.transport.http.route import Visit
from pilot_sidecar.transport.http.waiting_room import Guest, WaitingRoom
from pilot_sidecar.transport.http.whence import whence_of

COOKIE_S = 400 * 24 * 3600
POLL_S = 25.0
"""How long a page that waits for a yes gets no answer."""


class PairingDesk:
    """Makes codes and exchanges them, each once."""

    def __init__(self, url: str, doorkeeper: Doorkeeper, services: Services) -> None:
        self._url = url
        self._doorkeeper = doorkeeper
        self._services = services
        self._invitations: Invitations[Invitation] = Invitations(services.clock)
        self._waiting = WaitingRoom(services.clock)

    def link(self, invitation: Invitation) -> PairingCode:
        """Return a fresh link; the code is in the fragment, which browsers keep to themselves."""
        codes = self._invitations.add(invitation)
        return PairingCode(
            url=f"{self._url}/pair#code={codes.code}",
            code=codes.code,
            short=codes.short,
            scope=invitation.scope,
            expires_at=codes.expires_at,
            confirm=_needs_yes(invitation),
        )

    def void(self) -> None:
        """Let no open code be good any more: whoever had the owner's token may have made one."""
        self._invitations.end_all()

    async def exchange(self, visit: Visit) -> web.StreamResponse:
        """Answer ``POST /pair``: set the cookie, say that somebody has to agree first, or refuse."""
        wanted = await parse_body(visit.request, PairRequest)
        whence = await self._from(visit.request)
        invitation = self._look_up(wanted.code, whence)
        self._check_not_less(visit.request, invitation)
        name = clean_name(wanted.name)
        if _needs_yes(invitation):
            return self._ask(wanted.code, name, invitation, whence)
        self._invitations.take(wanted.code)
        return await self._welcome(visit.request, name, invitation, whence)

    async def wait(self, visit: Visit) -> web.StreamResponse:
        """Answer ``POST /pair/wait``: 202 while nobody has agreed, then like ``exchange``."""
        ticket, guest, whence = await self._guest(visit.request)
        answer = await self._services.confirmations.wait(guest.confirmation_id, POLL_S)
        match answer.state:
            case "pending":
                return json_response(self._wait_on(ticket, answer), 202)
            case "refused":
                raise ForbiddenError(
                    "This device was refused at the hub's machine.", "Ask there if that was a mistake."
                )
            case "expired":
                if self._waiting.find(ticket, whence) is None:
                    return no_content(visit.request)  # the page left meanwhile: no error that its browser would log
                raise _too_late()
            case "allowed":
                if not self._waiting.leave(ticket):
                    raise _too_late()
                self._check_maker(guest.invitation)
                return await self._welcome(visit.request, guest.name, guest.invitation, whence)

    async def leave(self, visit: Visit) -> web.StreamResponse:
        """Answer ``POST /pair/leave``: the person there does not wait any more, so nobody is asked any more."""
        ticket, guest, whence = await self._guest(visit.request)
        self._waiting.leave(ticket)
        before = CALLING.set(Noted("", whence))
        if self._services.confirmations.withdraw(guest.confirmation_id):
            who = Actor(kind="device", name=guest.name)
            self._services.audit.record("pairing.withdrawn", who, confirmation=guest.confirmation_id)
        CALLING.reset(before)
        return no_content(visit.request)

    async def _guest(self, request: web.BaseRequest) -> tuple[str, Guest, Whence]:
        """Return who shows a ticket, and from where; wrong ones are counted."""
        ticket = (await parse_body(request, WaitRequest)).ticket
        whence = await self._from(request)
        self._doorkeeper.lockout.require_open(whence)
        guest = self._waiting.find(ticket, whence)
        if guest is None:
            self._doorkeeper.lockout.count(whence)
            raise _too_late()
        return ticket, guest, whence

    async def _from(self, request: web.BaseRequest) -> Whence:
        """Return where a browser is; raises SelfApprovalError for an agent that poses as one."""
        whence = whence_of(request)
        await self._services.self_approval.check(whence, "pairing.exchange")
        return whence

    def _look_up(self, code: str, whence: Whence) -> Invitation:
        """Return what a code is good for, without using it up; wrong ones are counted."""
        lockout = self._doorkeeper.lockout
        if is_short := short_code(code) is not None:
            lockout.allow_short_code(whence)
        else:
            lockout.require_open(whence)
        invitation = self._invitations.find(code)
        if invitation is not None:
            self._check_maker(invitation)
            return invitation
        if is_short and lockout.wrong_short_code(whence):
            self._invitations.end_short_codes()
        elif not is_short:
            lockout.count(whence)
        raise UnauthorizedError(
            "This pairing code is wrong, too old, or was used already.",
            "Get a fresh one: `pilot pair`, or “Pair a device” in Pilot.",
        )

    def _check_maker(self, invitation: Invitation) -> None:
        """Refuse what somebody cannot hand on any more: revoked, demoted, or out of time meanwhile."""
        if invitation.made_by is None:
            return
        maker = self._services.devices.get(invitation.made_by)
        if maker is None or maker.scope != "admin":
            raise UnauthorizedError("Whoever made this pairing code may not come in any more.", "Get a fresh one.")

    def _check_not_less(self, request: web.BaseRequest, invitation: Invitation) -> None:
        """Refuse to take rights from a browser by mistake: whoever tries the link they made for a teammate."""
        now = self._paired_as(request)
        if now is None:
            return
        narrower = now.session_id is None and invitation.session_id is not None
        if SCOPES[invitation.scope] < SCOPES[now.scope] or narrower:
            raise ConflictError(
                f"This browser is paired already, and may do more than this link offers (“{now.scope}”).",
                "Open the link in another browser or a private window, or sign this one out first.",
            )

    def _paired_as(self, request: web.BaseRequest) -> Device | None:
        return self._services.devices.find(request.cookies.get(self._doorkeeper.cookie, ""))

    def _ask(self, code: str, name: str, invitation: Invitation, whence: Whence) -> web.StreamResponse:
        """Ask the people at the hub's machine. One step without an await: of two that race, one finds the code."""
        services, scope = self._services, invitation.scope
        confirmation = services.confirmations.ask("pairing", name, scope, whence)
        self._invitations.take(code)
        before = CALLING.set(Noted("", whence))
        services.audit.record(
            "pairing.asked", Actor(kind="device", name=name), confirmation=confirmation.id, scope=scope
        )
        CALLING.reset(before)
        ticket = self._waiting.admit(Guest(name, invitation, confirmation.id, whence, confirmation.expires_at))
        return json_response(self._wait_on(ticket, confirmation), 202)

    def _wait_on(self, ticket: str, confirmation: Confirmation) -> Waiting:
        machine = self._services.info.machine
        return Waiting(ticket=ticket, expires_at=confirmation.expires_at, machine=machine)

    async def _welcome(
        self, request: web.BaseRequest, name: str, invitation: Invitation, whence: Whence
    ) -> web.StreamResponse:
        """Pair the browser, to the end even if it goes away meanwhile."""
        services = self._services
        task = services.tasks.spawn("pairing", self._pair(request, name, invitation, whence))
        device, token = await services.tasks.outlive(task)
        response = json_response(Paired(name=device.name, scope=device.scope))
        self._set_cookie(response, token, device, request, whence)
        return response

    async def _pair(
        self, request: web.BaseRequest, name: str, invitation: Invitation, whence: Whence
    ) -> tuple[Device, str]:
        services = self._services
        CALLING.set(Noted("", whence))
        await self._retire(request)
        expires_at = self._expiry(invitation)
        device, token = await services.devices.add(
            name, invitation.scope, whence, expires_at=expires_at, session_id=invitation.session_id
        )
        CALLING.set(Noted(device.id, whence))
        services.audit.record(
            "device.paired",
            Actor(kind="device", name=device.name),
            device=device.id,
            scope=device.scope,
            session=device.session_id,
            expires_at=expires_at,
        )
        return device, token

    async def _retire(self, request: web.BaseRequest) -> None:
        """Revoke what this browser was until now: its new cookie takes the old one's place, so nobody could use it."""
        if (before := self._paired_as(request)) is not None:
            await self._services.devices.revoke(before.id)
            self._services.audit.record(
                "device.replaced", Actor(kind="device", name=before.name), device=before.id, scope=before.scope
            )

    def _expiry(self, invitation: Invitation) -> int | None:
        """Return when the device has to go: never later than whoever invited it."""
        maker = self._services.devices.get(invitation.made_by) if invitation.made_by else None
        ends = [maker.expires_at] if maker is not None and maker.expires_at is not None else []
        if invitation.lasts_ms is not None:
            ends.append(self._services.clock.now_ms() + invitation.lasts_ms)
        return min(ends, default=None)

    def _set_cookie(
        self, response: web.Response, token: str, device: Device, request: web.BaseRequest, whence: Whence
    ) -> None:
        left_s = COOKIE_S
        if device.expires_at is not None:
            left_s = min(left_s, max(1, (device.expires_at - self._services.clock.now_ms()) // 1000))
        secure = request.secure or (whence.reach == "tunnel" and self._is_https_outside(request))
        response.set_cookie(
            self._doorkeeper.cookie, token, max_age=left_s, httponly=True, samesite="Strict", path="/", secure=secure
        )

    def _is_https_outside(self, request: web.BaseRequest) -> bool:
        """Tell how the page came to the browser: the tunnel ends its encryption before it reaches us."""
        told = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
        return (told or urlsplit(self._services.tunnel.status.url or "").scheme) == "https"


def _needs_yes(invitation: Invitation) -> bool:
    return not invitation.trusted and invitation.scope != "view"


def _too_late() -> UnauthorizedError:
    return UnauthorizedError(
        "Nobody agreed in time.", "Get a fresh code, and have somebody at the hub's machine ready."
    )
