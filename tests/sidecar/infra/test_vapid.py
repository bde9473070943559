"""Keys for web push."""

from pilot_sidecar.infra.vapid import belong_together, is_public, make_keys, public_of


def test_keys_belong_together_and_to_nobody_else() -> None:
    public, private = make_keys()
    other_public, other_private = make_keys()
    assert (len(public), len(private)) == (87, 43)
    assert is_public(public)
    assert public_of(private) == public
    assert belong_together(public, private)
    assert belong_together(public + "=", private + "=")
    assert not belong_together(public, other_private)
    assert not belong_together(other_public, private)


def test_what_is_no_key() -> None:
    public, private = make_keys()
    for text in ("", "nonsense", "Ä", public[:-4], "A" * 87, private, "B" + "A" * 86):
        assert not is_public(text)
    for text in ("", "nonsense", "Ä", private[:-4], public, "A" * 43, "_" * 43):
        assert public_of(text) is None
