from pathlib import Path

from pilot_sidecar.core.backups import PEER, Backups, forget_all, forget_old


def test_a_copy_is_private_and_where_the_file_was(tmp_path: Path) -> None:
    user = tmp_path / "user"
    backups = Backups(tmp_path / "pilot", "codex", {"HOME": str(user)})
    inside = backups.keep(user / ".codex" / "config.toml", b"a = 1")
    outside = backups.keep(Path("/srv/config.toml"), b"b = 2")
    assert backups.folder is not None
    assert inside == backups.folder / ".codex" / "config.toml"
    assert outside == backups.folder / "srv" / "config.toml"
    assert (inside.read_bytes(), outside.read_bytes()) == (b"a = 1", b"b = 2")
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "pilot").rglob("*")} == {0}


def test_old_copies_go(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / "backups" / f"2026-01-0{day}_12-00-00" / "opencode").mkdir(parents=True)
    forget_old(tmp_path, kept=2)
    assert [path.name for path in sorted((tmp_path / "backups").iterdir())] == [
        "2026-01-04_12-00-00",
        "2026-01-05_12-00-00",
    ]


def test_what_was_not_put_back_outlives_the_rest(tmp_path: Path) -> None:
    for agent in ("opencode", PEER):
        Backups(tmp_path, agent, {"HOME": "/nowhere"}).keep(Path("/srv/a"), b"a")
    (left,) = forget_all(tmp_path)
    assert left.name == PEER
    assert [path.name for path in left.parent.iterdir()] == [PEER]


def test_two_runs_within_a_second_keep_a_copy_each(tmp_path: Path) -> None:
    first, second = (
        Backups(tmp_path, "opencode", {"HOME": "/nowhere"}).keep(Path("/srv/a"), data) for data in (b"1", b"2")
    )
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


def test_a_way_with_dots_stays_in_the_folder_of_the_run(tmp_path: Path) -> None:
    backups = Backups(tmp_path / "pilot", "opencode", {"HOME": str(tmp_path / "user")})
    copy = backups.keep(tmp_path / "user" / ".." / ".." / ".." / "srv" / "a", b"a")
    assert backups.folder is not None
    assert ".." not in copy.relative_to(backups.folder).parts


def test_what_the_user_put_beside_the_copies_stays(tmp_path: Path) -> None:
    documents, folder = tmp_path / "documents", tmp_path / "pilot" / "backups"
    (documents / "letters").mkdir(parents=True)
    (documents / "letters" / "precious").write_text("mine")
    (folder / "mine" / "deep").mkdir(parents=True)
    (folder / "link").symlink_to(documents)
    (folder / "2026-01-01_12-00-00").symlink_to(documents)
    for _ in range(2):
        Backups(tmp_path / "pilot", "codex", {"HOME": "/nowhere"}).keep(Path("/srv/a"), b"a")
    forget_old(tmp_path / "pilot", kept=1)
    assert sorted(path.name for path in forget_all(tmp_path / "pilot")) == ["2026-01-01_12-00-00", "link", "mine"]
    assert (documents / "letters" / "precious").exists()
    assert (folder / "mine" / "deep").exists()


def test_a_link_in_the_place_of_the_copies_stays(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "pilot").mkdir()
    (tmp_path / "pilot" / "backups").symlink_to(tmp_path / "disk")
    Backups(tmp_path / "pilot", "codex", {"HOME": "/nowhere"}).keep(Path("/srv/a"), b"a")
    assert forget_all(tmp_path / "pilot") == [tmp_path / "pilot" / "backups"]
    assert list((tmp_path / "disk").iterdir()) == []
