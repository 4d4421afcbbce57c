"""The one kind of error that a user may see."""


class DomainError(Exception):
    """A refusal with a stable code and parameters; `texts/errors.py` says it in Vietnamese."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return self.code
