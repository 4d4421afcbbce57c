"""Telegram's refusals, in Telegram's own words."""

_KINDS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class ApiError(Exception):
    """A refused call. `description` is what Telegram says after the kind of the error."""

    def __init__(self, description: str = "", code: int = 400, retry_after: int | None = None) -> None:
        self.code = code
        self.description = ": ".join(part for part in (_KINDS.get(code), description) if part) or "Error"
        self.retry_after = retry_after
        super().__init__(self.description)

    def body(self) -> dict[str, object]:
        """The JSON answer."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def too_many(retry_after: int) -> ApiError:
    """The refusal of a call that came too soon."""
    return ApiError(f"Too Many Requests: retry after {retry_after}", 429, retry_after)
