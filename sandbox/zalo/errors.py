"""Zalo's refusals."""

_KINDS = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Internal server error",  # Zalo's own words where the bot may not write to someone.
    404: "Not found",
    408: "Request timeout",
    429: "Quota exceeded",
}


class ApiError(Exception):
    """A refused call. `why` tells a developer more than Zalo would."""

    def __init__(self, code: int, why: str = "") -> None:
        self.code = code
        self.description = ": ".join(part for part in (_KINDS.get(code, f"Error {code}"), why) if part)
        super().__init__(self.description)

    def body(self) -> dict[str, object]:
        """The JSON answer. The platform sends it with the HTTP status 200."""
        return {"ok": False, "description": self.description, "error_code": self.code}
