"""Whether a typed e-mail or phone makes the login that was meant."""

from dataclasses import dataclass
from typing import Any

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, operations
from domain.answers.words import bare
from domain.customers import CustomerField
from domain.identifiers import is_landline, parse_email, parse_login_phone
from domain.logins import Doubt, LoginDoubt
from texts.catalogue import logins as texts
from texts.customer_fields import shown

LOGIN_FIELDS = (CustomerField.EMAIL, CustomerField.PHONE)


@dataclass(frozen=True, slots=True)
class Login:
    """An e-mail or phone as it is kept, with what is doubtful about it: what was probably meant (`better`),
    and in words, `why` it may not be meant."""

    field: CustomerField
    value: str
    doubts: tuple[Doubt, ...] = ()
    better: str | None = None
    why: str = ""

    @property
    def offer(self) -> dict[str, Any]:
        """As data of a dialog: what is asked about this login."""
        return {"typed": shown(self.field, self.value), "better": self.better, "why": self.why}


async def read_login(manager: DialogManager, field: CustomerField, text: str, but_id: int = 0) -> Login:
    """Read a typed e-mail or phone of the customer `but_id` (0: a new one). Raises what its parser raises."""
    better = None
    if field is CustomerField.EMAIL:
        email = parse_email(bare(text))
        value, better = email.value, email.hint
    else:
        value = parse_login_phone(bare(text))
    doubts, why = ([Doubt(LoginDoubt.NEAR_MISS, value, better)] if better else []), []
    if is_landline(value):
        doubts.append(Doubt(LoginDoubt.LANDLINE, value))
        why.append(texts.LANDLINE)
    sharing = await operations(manager).find_by_login(actor_of(manager), value, but_id)
    if sharing:
        doubts.append(Doubt(LoginDoubt.SHARED, value))
        why.append(texts.shared(field, [customer.called for customer in sharing]))
    return Login(field, value, tuple(doubts), better, "\n".join(why))
