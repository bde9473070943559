"""A pause for what fails again and again."""

from fakes.clock import FakeClock
from pilot_sidecar.infra.breaker import Breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(FakeClock(), threshold=3)
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        assert breaker.failing
        breaker.succeeded()
    assert breaker.state == "closed"
    for _ in range(3):
        breaker.failed()
    assert breaker.state == "open"


def test_after_its_pause_one_attempt_tells() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, threshold=1, first_s=30)
    breaker.failed()
    assert breaker.wait_s() == 30
    clock.advance(29.9)
    assert breaker.state == "open"
    clock.advance(0.2)
    assert (breaker.state, breaker.wait_s()) == ("half_open", 0)
    breaker.succeeded()
    assert breaker.state == "closed"


def test_each_pause_is_twice_as_long_up_to_a_limit_and_the_first_again_after_a_success() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, threshold=1, first_s=30, longest_s=100)
    pauses = []
    for _ in range(4):
        breaker.failed()
        pauses.append(breaker.wait_s())
        clock.advance(breaker.wait_s())
    assert pauses == [30, 60, 100, 100]
    breaker.succeeded()
    breaker.failed()
    assert breaker.wait_s() == 30
