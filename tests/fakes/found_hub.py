"""A hub in this process, which commands find as they find any other."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.browsers import open_door
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess
from pilot_sidecar import PROTOCOL, __version__
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.clock import SystemClock
from pilot_sidecar.server.discovery import HubFile, write_hub_file


@dataclass
class Door:
    hub: HubProcess
    services: Services

    @property
    def home(self) -> Path:
        return self.hub.home


@asynccontextmanager
async def found_hub(home: Path) -> AsyncIterator[Door]:
    home.mkdir(mode=0o700)
    async with open_door(home, FakeClock(SystemClock().now_ms())) as (hub, services):
        write_hub_file(home, HubFile(os.getpid(), hub.url, "", hub.token, __version__, PROTOCOL))
        yield Door(hub, services)
