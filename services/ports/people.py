"""People, their chats, and what they want to be told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.chats import Channel
from domain.link_codes import LinkCode
from domain.messaging.preferences import Preferences
from domain.people import Accountant, Approver, Firm, FirmState, Invitation, Role
from domain.proofs import Proof, ProofKind


class People(Protocol):
    async def add_firm(
        self, name: str, tax_code: str, state: FirmState, now: datetime, address: str = ""
    ) -> Firm:
        """Add a firm. Others may have the same tax code."""

    async def change_firm(self, firm_id: int, name: str, address: str) -> None: ...
    async def decide_firm(self, firm_id: int, state: FirmState, note: str) -> None: ...
    async def firms_in(self, state: FirmState, offset: int, limit: int) -> tuple[Sequence[Firm], int]:
        """Firms in this state, oldest first, and how many there are."""

    async def vendor_firm(self) -> Firm | None:
        """The firm of the back office."""

    async def deactivate(self, accountant_id: int) -> None:
        """Take a removed member of staff off the lists; their name stays on what they did."""

    async def firm(self, firm_id: int) -> Firm: ...
    async def find_firm(self, firm_id: int) -> Firm | None: ...
    async def claimants(self, tax_code: str) -> Sequence[Firm]:
        """All firms with this tax code, the oldest first."""

    async def has_orders(self, firm_id: int) -> bool: ...
    async def add_accountant(
        self, firm_id: int, role: Role, name: str, phone: str, email: str, now: datetime
    ) -> Accountant: ...
    async def accountant(self, accountant_id: int) -> Accountant: ...
    async def find_accountant(self, accountant_id: int) -> Accountant | None: ...
    async def owner_of(self, firm_id: int) -> Accountant:
        """The firm's active owner, else its last one."""

    async def staff_of(self, firm_id: int) -> Sequence[Accountant]:
        """The firm's active people, oldest first."""

    async def with_address(self, phone: str, email: str) -> Sequence[Accountant]:
        """The active accountants of firms with this phone and this e-mail address, the newest first."""

    async def note_proved(self, accountant_id: int, kinds: Collection[ProofKind], now: datetime) -> None: ...
    async def proved(self, accountant_id: int) -> Collection[ProofKind]:
        """What this person has proved at any time."""

    async def keep_word(self, old_id: int, new_id: int) -> None:
        """Let the consents and proofs of one accountant be another's, who is the same person."""

    async def set_approver(self, accountant_id: int, approver: Approver) -> None: ...
    async def approvers(self) -> Sequence[Accountant]:
        """The active people of back office who may be the second person for large sums."""

    async def names(self, accountant_ids: Collection[int]) -> Mapping[int, str]: ...
    async def record_consent(
        self, accountant_id: int, text_version: str, channel: Channel, now: datetime
    ) -> None: ...
    async def add_invitation(
        self, firm_id: int, invited_by: int, token_hash: str, expires_at: datetime
    ) -> None: ...
    async def invitation(self, token_hash: str) -> Invitation | None: ...
    async def use_invitation(self, invitation_id: int, accountant_id: int) -> None: ...
    async def open_invitations(self, firm_id: int, now: datetime) -> Sequence[Invitation]:
        """Invitations that are neither used nor expired, oldest first."""

    async def revoke_invitation(self, firm_id: int, invitation_id: int) -> None:
        """Invalidate an invitation; a used one stays as it is."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat of a person. `used_at` is when they last changed to it from another of their chats."""

    channel: Channel
    external_id: str
    linked_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Speaker:
    """The accountant whose chat speaks; `came_over` is true if they last used another of their chats.
    `pushed` is the id of the last push in the chat, where messages can be edited; else 0."""

    accountant: Accountant
    came_over: bool
    pushed: int = 0


class Chats(Protocol):
    """Which chat belongs to which accountant. On each channel, messages go to the chat linked last."""

    async def link(self, channel: Channel, external_id: str, accountant_id: int, now: datetime) -> None:
        """Give the accountant this chat, which counts as the one used last from now on."""

    async def accountant_of(self, channel: Channel, external_id: str) -> Accountant | None: ...
    async def speaker(self, channel: Channel, external_id: str) -> Speaker | None: ...
    async def come_over(self, channel: Channel, external_id: str, accountant_id: int, now: datetime) -> None:
        """Note that this person uses this chat since `now`. Nothing changes if it is not theirs any more, or
        if it is noted as used since a later moment."""

    async def of_accountant(self, accountant_id: int) -> Sequence[Chat]:
        """The chats in which this person is written to, the most recently used first."""

    async def note_push(self, channel: Channel, external_id: str, message_id: int) -> None:
        """Note the id of a push that this chat was sent."""

    async def moved_on(self, channel: Channel, external_id: str, message_id: int, since: datetime) -> bool:
        """Whether a push came below this message, or somebody wrote or tapped in the chat after `since`."""

    async def address_of(self, channel: Channel, accountant_id: int) -> str | None: ...
    async def move(self, channel: Channel, old_id: str, new_id: str) -> None: ...
    async def hand_over(self, old_id: int, new_id: int) -> None:
        """Let all chats of one accountant be another's."""

    async def unlink(self, accountant_id: int, channel: Channel | None = None) -> None:
        """Take away this accountant's chat on this channel, or all their chats."""


class Proofs(Protocol):
    """What chats prove before they are registered: one phone and one e-mail address each."""

    async def of(self, channel: Channel, external_id: str) -> Mapping[ProofKind, Proof]: ...
    async def save(self, channel: Channel, external_id: str, proof: Proof) -> None:
        """Keep this instead of the chat's earlier proof of the same kind."""

    async def forget(self, channel: Channel, external_id: str) -> None: ...


class LinkCodes(Protocol):
    """Codes by which a second chat is linked; each accountant has at most one."""

    async def make(
        self, code_hash: str, accountant_id: int, expires_at: datetime, replaces: bool = False
    ) -> None:
        """Store a code in place of an earlier one of this accountant."""

    async def get(self, code_hash: str) -> LinkCode | None: ...
    async def mark_used(self, code_hash: str, now: datetime) -> None: ...
    async def void(self, accountant_id: int) -> None:
        """Invalidate this accountant's code."""


class PreferencesOf(Protocol):
    async def get(self, accountant_id: int) -> Preferences: ...
    async def save(self, accountant_id: int, preferences: Preferences) -> None: ...
