"""Pushes, and the senders of their channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from domain.chats import Channel
from domain.messaging.contents import PushContent
from domain.messaging.kinds import PushSubject
from domain.messaging.oa_windows import OaChat
from domain.messaging.pushes import Push, TrialReminder
from domain.messaging.templates import Template


class Pushes(Protocol):
    async def add_many(self, pushes: Sequence[Push], now: datetime) -> None: ...
    async def get(self, key: str) -> Push | None: ...
    async def mark_attempted(self, key: str) -> None: ...
    async def mark_not_delivered(self, key: str) -> None:
        """Undo `mark_attempted`: the outcome is known, nothing arrived."""

    async def mark_sent(
        self, key: str, channel: Channel, message_ref: str, now: datetime, template: str = ""
    ) -> None:
        """Settle the push, as do the three below. One that is settled stays as it is."""

    async def add_cost(self, key: str, cost: int) -> None:
        """Add VND to what the push has cost so far."""

    async def mark_received(self, message_ref: str, now: datetime) -> bool:
        """Zalo says that a phone has this template message; returns whether it is one of ours."""

    async def take_back(self, key: str) -> Push | None:
        """Queue a push again that left as a template message and that the phone does not have. Returns the
        push as it was; `None` where there is nothing to take back."""

    async def mark_undeliverable(self, key: str, error: str, now: datetime) -> bool:
        """Returns whether the push was not settled before."""

    async def mark_dropped(self, key: str, now: datetime) -> None: ...
    async def mark_held(self, key: str, now: datetime) -> None:
        """Note that the push waits for the digest since `now`."""

    async def count_to_recipients(self, order_id: int) -> int: ...
    async def instructions_out(self, order_id: int) -> Sequence[Push]:
        """Payment instructions of an order to customers and other recipients that arrived, or may have."""

    async def shown(self, key: str) -> str:
        """The digest of what the message shows; empty before it was sent."""

    async def mark_shown(self, key: str, digest: str) -> None: ...
    async def latest_about(self, subject: PushSubject, accountant_id: int) -> Push | None:
        """The newest push to this person about exactly this; for a live message, the one to edit."""

    async def latest_of_each(self, subject: PushSubject) -> Mapping[int, Push]:
        """The newest push about exactly this to each person's chat, by person."""

    async def told_about(self, subjects: Sequence[PushSubject], accountant_id: int) -> set[str]:
        """What pushes to this person are about, among `subjects` of one kind."""

    async def reminded(self, accountant_id: int, hours: Sequence[TrialReminder]) -> set[str]:
        """The addresses of payers who were reminded of this accountant's orders in these hours."""

    async def count_about(self, subject: PushSubject) -> int: ...
    async def failures_untold(self, accountant_id: int, limit: int) -> tuple[Sequence[Push], int]:
        """Undeliverable messages to customers and other recipients that this accountant was not told of, and
        how many there are."""

    async def ids_of_untold(self, accountant_id: int) -> Sequence[int]:
        """All that are `failures_untold`."""

    async def mark_failures_told(self, ids: Sequence[int]) -> None:
        """Note that the accountant was told of these failures."""

    async def held_of(self, accountant_id: int, limit: int) -> tuple[Sequence[Push], int]:
        """Pushes that wait for the digest, oldest first, and how many there are."""

    async def ids_of_held(self, accountant_id: int) -> Sequence[int]:
        """All that are `held_of` this person."""

    async def release_held(self, ids: Sequence[int], channel: Channel | None, now: datetime) -> None:
        """Mark these held pushes as sent, since the digest has told of them on this channel (`None`: nothing
        was left to tell)."""

    async def waiting_behind(self, push: Push, limit: int) -> Sequence[Push]:
        """Later pushes to the same person's chat that may join `push` in one message, oldest first."""

    async def last_unasked(self, accountant_id: int, channel: Channel, since: datetime) -> datetime | None:
        """When this person was last sent a message on this channel that was no answer; `None` if that was
        before `since`, or never."""

    async def notices(self, accountant_id: int, offset: int, limit: int) -> tuple[Sequence["Notice"], int]:
        """Chat pushes to this person, newest first, of the kinds that are notices, without dropped ones."""

    async def notice(self, accountant_id: int, notice_id: int) -> "Notice | None":
        """This notice, if it is one of this person's."""

    async def unread(self, accountant_id: int) -> int: ...
    async def mark_read(self, accountant_id: int, notice_id: int, now: datetime) -> None: ...
    async def mark_some_read(self, accountant_id: int, most: int, now: datetime) -> int:
        """Mark the oldest unread notices as read, at most `most`; returns how many."""

    async def unread_of_order(self, accountant_id: int, order_id: int) -> Sequence[int]:
        """The unread notices that this person was sent about an order, its payments and its activations."""

    async def mark_these_read(self, accountant_id: int, ids: Sequence[int], now: datetime) -> None: ...
    async def unread_of_kind(self, accountant_id: int, kind: type[PushSubject]) -> Sequence[int]: ...
    async def mark_about_read(
        self, accountant_id: int, subjects: Sequence[PushSubject], now: datetime
    ) -> None:
        """Mark as read the notices that this person was sent about these."""

    async def mark_message_read(
        self, accountant_id: int, channel: Channel, message_ref: str, now: datetime
    ) -> None:
        """Mark as read the notices that this person was sent by this message."""

    async def forget_person(
        self, firm_id: int, customer_id: int, addresses: Sequence[str], now: datetime
    ) -> None:
        """Put "#<customer_id>.<place>" in place of these e-mail addresses and phones in all messages of the
        firm; those that have not left yet are dropped. Leave out addresses by which others are reached
        too."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A push as its receiver finds it in the list."""

    id: int
    push: Push
    created_at: datetime
    read: bool


class RetryLater(Exception):
    """Nothing was delivered: try again after `seconds`.

    `counts` is false where waiting is no failure (the pace of a chat, a rate limit), so that patience
    never ends in giving up.
    """

    def __init__(self, seconds: float, reason: str, counts: bool = True) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.counts = counts


class WayClosed(RetryLater):
    """Nothing was delivered, and nothing will be on this channel for a while: no quota or no money is left.
    Another route takes the push at once."""


class Undeliverable(Exception):
    """The outside says that this can never be delivered (blocked, no such address)."""


class AddressMoved(Exception):
    """The chat has another id now."""

    def __init__(self, new_address: str) -> None:
        super().__init__("address moved")
        self.new_address = new_address


class SentMessages(Protocol):
    """How many messages left by an app that counts them."""

    async def is_closed(self, now: datetime) -> bool:
        """Whether the app has lately refused to take more messages of this month."""

    async def chat(self, address: str) -> OaChat:
        """What an Official Account knows of a chat, by its number as text."""

    async def in_month(self, month: str) -> int:
        """Messages to Zalo, dialogs and pushes together, in a month of Vietnam such as `2026-11`."""

    async def people(self) -> int:
        """How many people have written on Zalo, as far as they are remembered."""


class TemplateSender(Protocol):
    """Sends template messages of Zalo to phones."""

    async def send_template(
        self, phone: str, template: Template, template_id: str, content: PushContent, message_ref: str
    ) -> None:
        """Hand one message over; `phone` is E.164. `message_ref` names it when Zalo says that the phone has
        it. Errors as in `PushSender`."""


class PushSender(Protocol):
    """Sends pushes on one channel."""

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        """Deliver one message. `key` is the idempotency key where the channel has them; `silent` asks for no
        sound.

        Returns, once delivered, the channel's reference of the message, empty if it cannot be edited. Raises
        `RetryLater`, `Undeliverable`, `AddressMoved`; any other error leaves the outcome unknown and is tried
        again with backoff.
        """


@runtime_checkable
class PricedSender(PushSender, Protocol):
    """A channel each of whose messages costs something."""

    def price(self, content: PushContent) -> int:
        """What one message costs, in VND before VAT."""


@runtime_checkable
class LiveSender(PushSender, Protocol):
    """A channel whose messages can be changed after they were sent."""

    async def edit(self, address: str, message_ref: str, content: PushContent) -> None:
        """Make the message say `content` instead. A message that is gone is left alone. Errors as in
        `PushSender.send`."""

    async def replace(
        self,
        message_ref: str,
        address: str,
        content: PushContent,
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str:
        """Make the message say `content` instead, or send a new one where the message is gone or cannot take
        it. Returns the reference of the one that says it. All else as in `PushSender.send`."""

    async def retire(self, address: str, message_ref: str, content: PushContent) -> None:
        """Remove the message; one that the app keeps says `content`. Errors as in `PushSender.send`."""


@runtime_checkable
class LinkingSender(PushSender, Protocol):
    """A channel whose messages have a link of their own, by which who gets one can answer it."""

    async def send_linked(
        self,
        link: str,
        address: str,
        content: PushContent,
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str:
        """`PushSender.send`, with the end of the link."""


@runtime_checkable
class AlbumSender(PushSender, Protocol):
    """A channel where several pictures with their texts may leave as one album."""

    async def send_album(
        self,
        address: str,
        contents: Sequence[PushContent],
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str | None:
        """Deliver at most 10 contents as one album, in their order. Returns `None`, with nothing sent, if one
        of them has no picture or a text that is too long for it. All else as in `PushSender.send`."""


@runtime_checkable
class BundleSender(PushSender, Protocol):
    """A channel where several messages may leave as one."""

    async def send_together(
        self,
        address: str,
        contents: Sequence[PushContent],
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str | None:
        """Deliver several contents as one message, in their order. Returns `None`, with nothing sent, if they
        do not fit into one. All else as in `PushSender.send`."""
