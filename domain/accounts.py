"""Bank accounts as services write them, and whether they are the vendor's."""

import re
from dataclasses import dataclass

ENOUGH = 4
"""How many characters of a masked account have to be seen, so that it says whose it is."""

_MASK = re.compile(r"[*•#]+|X{3,}")
_DROPPED = re.compile(r"[^0-9A-Z*]")


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """The vendor's `accounts`, and the `prefixes` of its virtual ones. Without any, each account is known."""

    accounts: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def know(self, account: str) -> bool:
        """Whether money that came to `account` came to the vendor."""
        if not (self.accounts or self.prefixes):
            return True
        return fits(account, *self.accounts) or self.is_virtual(account)

    def is_virtual(self, account: str) -> bool:
        """Whether this is a virtual account of the vendor's, by its first characters."""
        shown = _folded(account).partition("*")[0]
        return any(shown.startswith(_folded(one)) for one in self.prefixes)


ANY_ACCOUNT = KnownAccounts()


def says_nothing(account: str) -> bool:
    """Whether an account is empty, or masked so that less than `ENOUGH` of it is seen."""
    folded = _folded(account)
    return not folded or ("*" in folded and len(folded.replace("*", "")) < ENOUGH)


def fits(account: str, *others: str) -> bool:
    """Whether `account`, which may be masked, is one of the `others`. Blanks, signs, small letters and zeros
    in front make no difference."""
    pattern = ".*".join(map(re.escape, _folded(account).split("*")))
    return any(re.fullmatch(pattern, _folded(other)) for other in others)


def _folded(account: str) -> str:
    return _DROPPED.sub("", _MASK.sub("*", account.upper())).lstrip("0")
