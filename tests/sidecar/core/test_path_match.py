"""Which paths a pattern, or part of a name, means."""

import time

import pytest

from pilot_sidecar.core.path_match import best, with_folders

PATHS = ["src/main.py", "src/a/main.py", "src/a/b/deep.py", "main", "docs/main.md", "domain.txt", "src/Makefile"]


def found(wanted: str, limit: int = 10) -> list[str]:
    return best(PATHS, wanted, limit, lambda: False)[0]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("*.py", ["src/main.py", "src/a/main.py", "src/a/b/deep.py"]),
        ("src/*.py", ["src/main.py"]),
        ("src/**/*.py", ["src/main.py", "src/a/main.py", "src/a/b/deep.py"]),
        ("**/b/**", ["src/a/b/deep.py"]),
        ("src/*/main.py", ["src/a/main.py"]),
        ("**/**/main.??", ["src/main.py", "docs/main.md", "src/a/main.py"]),
        ("*.{md,txt}", ["domain.txt", "docs/main.md"]),
        ("./docs/*", ["docs/main.md"]),
        ("[!s]*/*", ["docs/main.md"]),
        ("*.rs", []),
    ],
)
def test_patterns(pattern: str, paths: list[str]) -> None:
    assert found(pattern) == paths


@pytest.mark.parametrize(
    ("part", "first"),
    [
        ("main", "main"),
        ("MAIN.PY", "src/main.py"),
        ("mkf", "src/Makefile"),
        ("a/main", "src/a/main.py"),
        ("/main", "main"),
    ],
)
def test_parts_of_names_the_best_first(part: str, first: str) -> None:
    assert found(part)[0] == first


def test_what_fits_nowhere_and_what_is_cut() -> None:
    assert found("zzz") == []
    assert best(PATHS, "main", 2, lambda: False) == (["main", "src/main.py"], True)
    assert best(["x"] * 5000, "y", 2, lambda: True) == ([], True)


def test_folders_come_with_their_files_once() -> None:
    assert with_folders(["a/b/c.py", "a/d.py", "e"]) == ["a/b/c.py", "a/d.py", "e", "a/b/", "a/"]


@pytest.mark.parametrize("pattern", ["*a" * 250 + "b", "**/" * 160 + "x", "{a,b}" * 100, "{" * 500, "[" * 500])
def test_no_pattern_takes_for_ever(pattern: str) -> None:
    began = time.process_time()
    best(["a" * 255, "/".join(["a"] * 500)] * 20, pattern, 10, lambda: False)
    assert time.process_time() - began < 2
