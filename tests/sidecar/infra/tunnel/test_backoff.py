"""Waits grow, are never the same for all, and begin again."""

import random

from pilot_sidecar.infra.tunnel.backoff import Backoff


def test_waits_double_to_a_minute_and_begin_again_once_it_held() -> None:
    backoff = Backoff(1, 60, draw=lambda: 0.0)
    assert [backoff.next_s() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert backoff.attempts == 9
    backoff.held()
    assert (backoff.next_s(), backoff.attempts) == (1, 1)


def test_waits_are_shortened_by_up_to_half() -> None:
    backoff = Backoff(1, 60, draw=random.Random(6).random)
    for _ in range(2000):
        assert 0.5 <= backoff.next_s() <= 60
