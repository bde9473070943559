"""Files below a folder, read without leaving it."""

import os
from pathlib import Path

import pytest

from pilot_sidecar.infra.inside import (
    OutsideError,
    SpecialFileError,
    TooLargeFileError,
    read_inside,
    resolve_inside,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "sub").mkdir(parents=True)
    (root / "sub/file").write_text("inside")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/file").write_text("outside")
    return root


@pytest.mark.parametrize("path", ["sub/file", "./sub/../sub/file", "sub//file"])
def test_a_file_below_the_folder(root: Path, path: str) -> None:
    data, changed_at = read_inside(*resolve_inside(str(root), path), 6)
    assert data == b"inside"
    assert changed_at == pytest.approx((root / "sub/file").stat().st_mtime)


@pytest.mark.parametrize("path", ["../sub/file", "/etc/hostname", "", ".", "..", "sub/../../project/../sub/file"])
def test_a_file_elsewhere(root: Path, path: str) -> None:
    with pytest.raises(OutsideError):
        resolve_inside(str(root), path)


@pytest.mark.parametrize("name", ["sub", "sub/file"])
def test_what_became_a_link_out_meanwhile_is_not_followed(root: Path, name: str) -> None:
    found = resolve_inside(str(root), "sub/file")
    os.rename(root / name, root / "aside")  # noqa: PTH104 - as short as it is plain
    (root / name).symlink_to(root.parent / name)
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        read_inside(*found, 100)


def test_what_is_no_file_or_too_large(root: Path) -> None:
    os.mkfifo(root / "pipe")
    for name in ("pipe", "sub"):
        with pytest.raises(SpecialFileError):
            read_inside(*resolve_inside(str(root), name), 100)
    with pytest.raises(TooLargeFileError):
        read_inside(*resolve_inside(str(root), "sub/file"), 5)
    with pytest.raises(FileNotFoundError):
        read_inside(*resolve_inside(str(root), "sub/none/file"), 5)
