"""What push services say, in words that lead on."""

import pytest

from pilot_sidecar.notifications.webpush.answers import Answer, problem_in


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_helps_is_named_as_the_page_names_it(status: int) -> None:
    problem = problem_in(Answer(status), "Google", 0)
    assert problem is not None
    assert "switch Push off and on there" in str(problem), "the switch is called Push"
