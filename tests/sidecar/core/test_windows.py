"""Which window a session belongs to."""

from pathlib import Path

import pytest

from pilot_sidecar.core.windows import Place, Windows, real_paths


def _ignore(_place: Place) -> None:
    return


@pytest.fixture
def windows() -> Windows:
    return Windows()


def put(windows: Windows, name: str, *folders: str, focused: bool = False) -> None:
    windows.put(name, name, folders, _ignore, focused=focused)


def owner(windows: Windows, directory: str) -> str | None:
    found = windows.owner(directory)
    return found.name if found else None


def test_a_window_owns_what_is_in_its_folders(windows: Windows) -> None:
    put(windows, "api", "/w/api", "/w/shared")
    assert owner(windows, "/w/api") == "api"
    assert owner(windows, "/w/shared/deep/er") == "api"
    assert owner(windows, "/w/api-docs") is None
    assert owner(windows, "/w") is None


def test_the_closest_folder_wins_over_the_focused_window(windows: Windows) -> None:
    put(windows, "near", "/w/api/server")
    put(windows, "far", "/", "/w", focused=True)
    assert owner(windows, "/w/api/server/src") == "near"
    assert owner(windows, "/w/api") == "far"
    assert owner(windows, "/elsewhere") == "far"


def test_of_two_windows_on_a_folder_the_one_in_use_wins(windows: Windows) -> None:
    put(windows, "a", "/w")
    put(windows, "b", "/w", focused=True)
    put(windows, "c", "/w")
    assert owner(windows, "/w") == "b"


def test_when_none_is_focused_the_last_one_that_was_wins(windows: Windows) -> None:
    for name in ("a", "b", "c"):
        put(windows, name, "/w")
    put(windows, "b", "/w", focused=True)
    put(windows, "b", "/w")
    put(windows, "a", "/w", focused=True)
    put(windows, "a", "/w")
    put(windows, "b", "/w")
    assert owner(windows, "/w") == "a"
    last = windows.last_focused()
    assert last is not None
    assert last.name == "a"


def test_a_window_that_left_owns_nothing(windows: Windows) -> None:
    put(windows, "a", "/w", focused=True)
    windows.remove("a")
    windows.remove("a")
    assert owner(windows, "/w") is None
    assert windows.last_focused() is None


def test_a_window_that_changes_its_folders_owns_the_new_ones_only(windows: Windows) -> None:
    put(windows, "a", "/old")
    put(windows, "a", "/new")
    assert owner(windows, "/old") is None
    assert owner(windows, "/new") == "a"


def test_links_lead_to_the_same_folder(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    assert real_paths([str(tmp_path / "link" / "gone" / ".."), f"{real}/"]) == [str(real.resolve())] * 2
