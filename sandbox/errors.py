"""Why the world does not do what was asked."""


class NotPossible(Exception):
    """A request that can't be carried out. `status` is the HTTP status the World API answers with."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status
