"""The owner's token, changed while the hub runs."""


class OwnerAccess:
    """Changes the owner's token everywhere at once."""

    async def rotate(self) -> None:
        """Make a new token, write it where local programs find it, end every connection; tell it to nobody."""
        raise NotImplementedError
