"""Events about what a person is told outside the page."""

from typing import Literal

from pilot_sidecar.core.event_base import EventBase
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.windows import Place


class NoticeRaised(EventBase):
    """A person is to hear of something; the surface named shows it, all others know of it only.

    Raised again with another surface, it moved there: whoever showed it before takes it away.
    """

    type: Literal["pilot.notice.raised"] = "pilot.notice.raised"
    notice: Notice
    surface: str | None = None
    """Which page or window shows it; absent: none, it goes to phones and chats at once."""
    sound: bool = False


class NoticeWithdrawn(EventBase):
    """It was dealt with: whoever shows it takes it away."""

    type: Literal["pilot.notice.withdrawn"] = "pilot.notice.withdrawn"
    notice_id: str
    outcome: str = ""
    """For people: ``Allowed by Anna's phone``; empty where there is nothing to say."""


class NotificationsChanged(EventBase):
    """A channel fares otherwise than before, or rules changed: whoever shows them asks for them anew."""

    type: Literal["pilot.notifications.changed"] = "pilot.notifications.changed"


class PlaceRequested(EventBase):
    """Somebody in an agent's terminal wants to see a place: the page named goes there. It is not stored."""

    type: Literal["pilot.place.requested"] = "pilot.place.requested"
    surface: str
    place: Place
