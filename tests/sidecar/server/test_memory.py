"""What a start puts off, the running hub takes up again."""

import gc

from pilot_sidecar.server.app import settle_memory


def test_garbage_is_collected_once_the_hub_runs() -> None:
    before = gc.get_threshold()
    gc.disable()
    try:
        settle_memory()
        assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
        gc.set_threshold(*before)
