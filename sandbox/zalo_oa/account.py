"""The Official Account of the vendor: its app, tokens, uploads, terms, and how often it was called."""

import hashlib
import hmac
import secrets
from collections import deque
from typing import Any

from sandbox.world import Person, World
from sandbox.zalo.state import Zalo
from sandbox.zalo_oa.errors import OaError

APP_ID = "4410000000000000001"
APP_SECRET = "app-secret-of-this-machine-only"
OA_ID = "2510000000000000001"
OA_SECRET = "official-account-secret-of-this-machine-only"
FIRST_REFRESH = "first-refresh-token-of-this-machine-only"
NAME = "Phần mềm kế toán"

HOUR, DAY = 3600, 86400
_ACCESS_SECONDS = 25 * HOUR
_CODE_SECONDS = 600
_FILE_SECONDS = 7 * DAY
DEFAULTS: dict[str, Any] = {
    "buttons": True,
    "free_replies": 8,
    "must_follow": False,
    "xlsx": False,
    "calls_a_minute": 10_000,
    "money": None,
    "receipts": True,
    "package_ends": "31/12/2030",
    "templates_approved": True,
    "template_param_gone": None,
    "template_price": 300,
    "template_quota": 5_000,
    "phones_without_zalo": [],
    "phones_that_are_off": [],
    "ladder": False,
    "repeats_refused": True,
    "subscribed": True,
    "signs_with": "account",
}
"""What sources disagree about, and what a test may change; `money` is in VND, null for enough.

`signs_with`: whose secret signs events, the `account`'s or the `app`'s. With `ladder`, events are repeated as
seldom as Zalo does and then no more, which ends `subscribed`; without, until the program takes them.
`repeats_refused`: also those it answered with another status than 200.
"""


class OfficialAccount:
    """`callback` is the address in the console that consents lead back to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.callback = ""
        self._calls: deque[int] = deque()

    def setting(self, name: str) -> Any:
        return self.world.setting(f"oa_{name}", DEFAULTS[name])

    def change(self, name: str, value: Any) -> None:
        self.world.set(f"oa_{name}", value)

    # Tokens
    @property
    def _tokens(self) -> dict[str, Any]:
        found: dict[str, Any] = self.world.setting("oa_tokens", {"refresh": FIRST_REFRESH, "codes": {}})
        return found

    def consent(self) -> str:
        """The code of an administrator's consent."""
        code = secrets.token_urlsafe(16)
        codes = {code: self.world.now() + _CODE_SECONDS}
        self.world.set("oa_tokens", self._tokens | {"codes": codes})
        return code

    def exchange(self, code: str) -> dict[str, str]:
        """A pair of tokens for a code, once. Raises OaError."""
        if self._tokens["codes"].get(code, 0) < self.world.now():
            raise OaError(-14011, "Invalid authorization code")
        return self._pair()

    def refresh(self, token: str) -> dict[str, str]:
        """A new pair for a refresh token, once. One that was used before ends the grant. Raises OaError."""
        if token != self._tokens.get("refresh"):
            self.withdraw()
            raise OaError(-14014, "Invalid refresh token")
        return self._pair()

    def withdraw(self) -> None:
        """End the grant: an administrator must consent again."""
        self.world.set("oa_tokens", {"codes": {}})

    def expire(self) -> None:
        """End the access token before its time."""
        self.world.set("oa_tokens", self._tokens | {"expires": 0})

    def _pair(self) -> dict[str, str]:
        access, refresh = secrets.token_urlsafe(40), secrets.token_urlsafe(40)
        ends = self.world.now() + _ACCESS_SECONDS
        self.world.set("oa_tokens", {"access": access, "refresh": refresh, "expires": ends, "codes": {}})
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(_ACCESS_SECONDS)}

    def check(self, token: str, proof: str | None) -> None:
        """Let a call pass. Raises OaError."""
        kept = self._tokens
        if not token or token != kept.get("access"):
            raise OaError(-216, "Access token is invalid")
        if kept["expires"] <= self.world.now():
            raise OaError(-220, "Access token has expired")
        right = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if proof is not None and proof != right:
            raise OaError(-242, "appsecret_proof provided in the API call is invalid")

    def count_call(self) -> int:
        """Count a call; how many are left in this minute. Raises OaError."""
        now, most = self.world.now(), int(self.setting("calls_a_minute"))
        while self._calls and self._calls[0] <= now - 60:
            self._calls.popleft()
        if len(self._calls) >= most:
            raise OaError(-32, "The OA has reached the limit of requests per minute")
        self._calls.append(now)
        return most - len(self._calls)

    # Events
    def unsubscribe(self, zalo: Zalo) -> None:
        """Post nothing more until somebody turns the webhook on again in the console."""
        self.change("subscribed", False)
        zalo.events.drop()

    # Files
    def keep_upload(self, file_id: str) -> str:
        token = secrets.token_urlsafe(24)
        self.world.set(f"oa_upload_{token}", {"file": file_id, "until": self.world.now() + _FILE_SECONDS})
        return token

    def upload(self, token: str) -> str:
        """The file of an upload. Raises OaError."""
        found = self.world.setting(f"oa_upload_{token}")
        if found is None or found["until"] < self.world.now():
            raise OaError(-100, "Attachment not found or expired")
        return str(found["file"])

    # People
    def person(self, user_id: str) -> Person:
        """The person whom the account knows by this id. Raises OaError."""
        for person in self.world.people:
            if oa_user_id(person.id) == user_id:
                return person
        raise OaError(-201, "user_id is invalid")

    def hear(self, person: str) -> None:
        """The person has written: messages are free again for a while."""
        self.world.set(f"oa_heard_{person}", {"at": self.world.now(), "answered": 0})

    def left(self, person: str) -> dict[str, Any]:
        """How many free messages are left to a person, and when they wrote last."""
        heard = self.world.setting(f"oa_heard_{person}", {"at": 0, "answered": 0})
        total = self.setting("free_replies")
        fresh = self.world.now() - heard["at"] <= 48 * HOUR
        remain = max(0, total - heard["answered"]) if fresh and total is not None else 0
        return {
            "last_interaction": str(heard["at"] * 1000),
            "cs_reply": {"remain": remain, "total": total or 0},
        }

    def price(self, person: str) -> int:
        """What the next message to a person costs, which is taken. Raises OaError where none may go."""
        heard = self.world.setting(f"oa_heard_{person}")
        if heard is None:
            raise OaError(-232, "User has never interacted with the OA")
        if self.setting("must_follow") and not self.world.setting(f"oa_follows_{person}", False):
            raise OaError(-213, "User has not followed the OA")
        since, answered = self.world.now() - heard["at"], heard["answered"]
        if since > 7 * DAY:
            raise OaError(-230, "User has not interacted with the OA in the past 7 days")
        free = self.setting("free_replies")
        costs = 55 if since > 48 * HOUR or (free is not None and answered >= free) else 0
        self.pay(costs, OaError(-320, "Your app has not been connected to a billing account"))
        self.world.set(f"oa_heard_{person}", heard | {"answered": answered + 1})
        return costs

    def pay(self, costs: int, refusal: OaError) -> None:
        """Take money from the billing account. Raises `refusal` where too little is left."""
        money = self.setting("money")
        if costs and money is not None:
            if money < costs:
                raise refusal
            self.change("money", money - costs)


def oa_user_id(person: str) -> str:
    """The account's id of a person of the world, always the same: a text of 19 digits."""
    return str(10**18 + int(hashlib.sha256(f"oa {person}".encode()).hexdigest()[:12], 16))
