"""The hub's loops that end what has had its time: devices, and questions that nobody answered."""

import logging

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.services import Services

logger = logging.getLogger(__name__)
LOOK_S = 30.0
"""The longest sleep: a machine that slept, or a clock that was set, must not keep anybody in for long."""


async def expire_devices(services: Services) -> None:
    """Cut each device off when its time is over."""
    devices = services.devices
    while True:
        try:
            for device in await devices.expire_due():
                actor = Actor(kind="hub")
                services.audit.record("device.expired", actor, device=device.id, name=device.name, scope=device.scope)
        except PilotError:  # they are cut off all the same, and find it so after a restart
            logger.exception("that devices expired could not be written down")
        await devices.expiry_changed(_left_s(services, devices.next_expiry()))


async def expire_confirmations(services: Services) -> None:
    """End each question that nobody answered in time."""
    confirmations = services.confirmations
    while True:
        confirmations.expire_due()
        await confirmations.deadline_changed(_left_s(services, confirmations.next_deadline()))


def _left_s(services: Services, deadline: int | None) -> float | None:
    if deadline is None:
        return None
    return min(LOOK_S, max(0.01, (deadline - services.clock.now_ms()) / 1000))
