"""What calls can ask of the notifications; the channels themselves are put in by the composition root."""

from collections.abc import Callable, Sequence
from typing import Protocol

from pilot_sidecar.core.errors import BusyError
from pilot_sidecar.core.notices_model import ChannelName, ChannelState, TelegramBinding, Trial


class NotificationControl(Protocol):
    """The running channels."""

    def states(self) -> Sequence[ChannelState]:
        """Return how each channel fares."""
        ...

    def reaches_somebody(self, project_id: str | None = None) -> bool:
        """Tell whether push or Telegram could carry an ask, or one of a project, to somebody who may answer it."""
        ...

    def quiet(self) -> bool:
        """Tell whether these are quiet hours."""
        ...

    async def test(self, channel: ChannelName, endpoint_id: str | None) -> Trial:
        """Send a test notice now, whatever rules and quiet hours say."""
        ...

    async def bind_telegram(self) -> TelegramBinding:
        """Wait for a code in the chat that is to be written to; raises PilotError where the bot cannot be used."""
        ...


class Notifications:
    """Hands calls on to the channels, once there are any."""

    def __init__(self) -> None:
        self.control: NotificationControl | None = None
        self._changed: list[Callable[[], None]] = []

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when a channel fares otherwise than before."""
        self._changed.append(callback)

    def changed(self) -> None:
        """Say that a channel fares otherwise than before."""
        for callback in self._changed:
            callback()

    def states(self) -> list[ChannelState]:
        """Return how each channel fares."""
        return list(self.control.states()) if self.control is not None else []

    def reaches_somebody(self, project_id: str | None = None) -> bool:
        """Tell whether push or Telegram could carry an ask, or one of a project, to somebody who may answer it."""
        return self.control is not None and self.control.reaches_somebody(project_id)

    def running(self) -> NotificationControl:
        """Return the channels; raises BusyError before they are up and after they ended."""
        if self.control is None:
            raise BusyError("Notifications are not up.", "Try again in a moment.")
        return self.control
