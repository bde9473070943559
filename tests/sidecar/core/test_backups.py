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
        (tmp_path / "backups" / f"2026-01-0{day}" / "opencode").mkdir(parents=True)
    forget_old(tmp_path, kept=2)
    assert [path.name for path in sorted((tmp_path / "backups").iterdir())] == ["2026-01-04", "2026-01-05"]


def test_what_was_not_put_back_outlives_the_rest(tmp_path: Path) -> None:
    for agent in ("opencode", PEER):
        Backups(tmp_path, agent, {"HOME": "/nowhere"}).keep(Path("/srv/a"), b"a")
    (left,) = forget_all(tmp_path)
    assert left.name == PEER
    assert [path.name for path in left.parent.iterdir()] == [PEER]
