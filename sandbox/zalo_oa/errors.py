"""Refusals of the Official Account's API."""


class OaError(Exception):
    """A refused call, with Zalo's own code and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    def body(self) -> dict[str, object]:
        """The JSON answer; it comes with the HTTP status 200."""
        return {"error": self.code, "message": self.message}
