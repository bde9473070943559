"""The notifications of one hub, put together and started."""

from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.pipeline import Pipeline
from pilot_sidecar.server import registry
from pilot_sidecar.server.options import HubOptions
from pilot_sidecar.server.stages import Stages


def start_notifications(stages: Stages, services: Services, options: HubOptions) -> None:
    """Tell people of what happens from now on, until the stages are undone."""
    tasks = Tasks("notify", stop_timeout_s=0.8)
    channels = registry.channels(services)
    pipeline = Pipeline(services, channels, tasks)
    services.notifications.control = pipeline

    async def stop() -> None:
        services.notifications.control = None
        await tasks.stop()

    stages.undo("notifications", stop)
    tasks.spawn("pipeline", pipeline.run())
    for channel in channels:
        tasks.spawn(channel.name, channel.run())
