"""What a receiver's queue holds, and who is told when a notice reaches nobody."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.notifications.deliveries import Delivery


class Batch:
    """One sending of a notice to several receivers; ``failed`` is called once, if none of them gets it."""

    def __init__(self, failed: Callable[[], None]) -> None:
        self._failed: Callable[[], None] | None = failed
        self._waiting: set[str] = set()

    def expect(self, endpoint_ids: Iterable[str]) -> None:
        """Say which receivers may still get it."""
        self._waiting.update(endpoint_ids)

    def close(self) -> None:
        """Say that somebody has it, or that nobody needs it any more."""
        self._failed = None

    def lost(self, endpoint_id: str) -> None:
        """Say that a receiver will not get it, or not soon."""
        self._waiting.discard(endpoint_id)
        if not self._waiting and self._failed is not None:
            failed, self._failed = self._failed, None
            failed()


@dataclass(slots=True, eq=False)
class Delivering:
    """A notice on its way to a receiver."""

    notice: Notice
    batches: list[Batch]
    due_s: float
    attempts: int = 0

    @property
    def notice_id(self) -> str:
        """Return the notice's id."""
        return self.notice.id

    def close(self) -> None:
        """Say that nobody waits for this any more."""
        for batch in self.batches:
            batch.close()

    def lost(self, endpoint_id: str) -> None:
        """Say that this receiver will not get it, or not soon."""
        for batch in self.batches:
            batch.lost(endpoint_id)


@dataclass(slots=True, eq=False)
class Withdrawing:
    """A notice on its way back."""

    delivery: Delivery
    due_s: float
    since_ms: int
    attempts: int = 0

    @property
    def notice_id(self) -> str:
        """Return the notice's id."""
        return self.delivery.notice.id


Errand = Delivering | Withdrawing


@dataclass(slots=True)
class Fare:
    """How a receiver fared last."""

    delivered_at: int | None = None
    error: str | None = None
    error_at: int | None = None

    def arrived(self, at: int) -> None:
        """Something was delivered."""
        self.delivered_at, self.error, self.error_at = at, None, None

    def failed(self, error: str, at: int) -> None:
        """Something was not."""
        self.error, self.error_at = error, at
