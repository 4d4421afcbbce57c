"""Who speaks shows that a phone and an e-mail address are theirs: by the codes that are sent there, or by the
contact that the app vouches for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.messaging.proof_contents import ProofCodeContent
from domain.proofs import (
    AGAIN_AFTER,
    BY_ONE_A_DAY,
    TO_ONE_A_DAY,
    VALID_FOR,
    WRONG_A_CODE,
    Proof,
    ProofKind,
    ProofRules,
    find_codes,
    new_code,
)
from domain.tallies import Counted, Tally
from services.messaging.budgets import warn_of_codes
from services.messaging.ways import spend
from services.operation import Operation
from services.patience import A_DAY
from services.people.people import ChatIdentity
from services.people.proofs import DONE, Proving, standing
from services.ports import (
    Lane,
    NewJob,
    PricedSender,
    PushSender,
    RetryLater,
    Turn,
    Undeliverable,
    UnitOfWork,
)

PROOF_JOB = "proof"


@dataclass(frozen=True, slots=True)
class WaysToProve(Operation):
    """What can be proved in this chat. Who can prove both gets a lost account back by themselves."""

    rules: ProofRules

    async def __call__(self, chat: ChatIdentity) -> frozenset[ProofKind]:
        return self.rules.needed(chat.channel)


@dataclass(frozen=True, slots=True)
class ViewProofs(Operation):
    """How far the proofs of these addresses have come in this chat."""

    rules: ProofRules

    async def __call__(self, chat: ChatIdentity, phone: str, email: str) -> Proving:
        addresses = {ProofKind.PHONE: phone, ProofKind.EMAIL: email}
        async with self.units.read() as uow:
            had = await uow.proofs.of(chat.channel, chat.external_id)
        return standing(self.rules, chat.channel, had, addresses, self.clock.now())


@dataclass(frozen=True, slots=True)
class AskProofs(Operation):
    """Have codes sent to what is not proved yet; `again` sends them once more, the same while they work. An
    empty phone or address is not asked for: who corrects one proves that one.

    A phone to which no code can be sent waits for the contact of who speaks. Nobody learns from the answer
    whether an address is known. Raises `DomainError`: `proof_on_its_way` (seconds) for a code sent again too
    soon, `proofs_enough` where a number, an address, a chat or all together had as many as a day allows.
    """

    rules: ProofRules

    async def __call__(self, chat: ChatIdentity, phone: str, email: str, again: bool = False) -> Proving:
        now = self.clock.now()
        needed = self.rules.needed(chat.channel)
        addresses = {ProofKind.PHONE: phone, ProofKind.EMAIL: email}
        async with self.units.write(Turn.of_chat(chat.channel, chat.external_id)) as uow:
            had = await uow.proofs.of(chat.channel, chat.external_id)
            for kind in ProofKind:
                address, known = addresses[kind], had.get(kind)
                if not address or kind not in needed or not self.rules.by_code(kind):
                    continue
                if known is not None and known.holds(address, now):
                    continue
                if known is not None and known.address == address and not again:
                    # Asked for a second time by the same tap, or lost: only who asks gets another.
                    continue
                await self._send(uow, chat, kind, address, had, now)
                had = await uow.proofs.of(chat.channel, chat.external_id)
            return standing(self.rules, chat.channel, had, addresses, now)

    async def _send(
        self,
        uow: UnitOfWork,
        chat: ChatIdentity,
        kind: ProofKind,
        address: str,
        had: Mapping[ProofKind, Proof],
        now: datetime,
    ) -> None:
        known = had.get(kind)
        same = known is not None and known.address == address
        if known is not None and same and now < known.asked_at + AGAIN_AFTER:
            left = known.asked_at + AGAIN_AFTER - now
            raise DomainError("proof_on_its_way", seconds=int(left.total_seconds()) + 1)
        await self._count(uow, chat, kind, address, now)
        # A message that comes late then still holds the right code.
        code = known.code if known is not None and same and known.is_open(now) else ""
        code = code or new_code(next((one.code for one in had.values() if one.kind is not kind), ""))
        proof = Proof(
            kind, address, code, now, known.wrong if known is not None and code == known.code else 0
        )
        await uow.proofs.save(chat.channel, chat.external_id, proof)
        about = {"channel": chat.channel.value, "chat": chat.external_id, "kind": kind.value}
        key = f"proof:{chat.channel}:{chat.external_id}:{kind}:{now.isoformat()}"
        job = NewJob(PROOF_JOB, key, {**about, "asked_at": now.isoformat()}, lane=Lane.AWAITED)
        await uow.jobs.enqueue([job], now)

    async def _count(
        self, uow: UnitOfWork, chat: ChatIdentity, kind: ProofKind, address: str, now: datetime
    ) -> None:
        limits = [
            (Tally.of_day(Counted.PROOF_SENT_TO, address.lower(), now), TO_ONE_A_DAY),
            (Tally.of_day(Counted.PROOF_ASKED_BY, f"{chat.channel}:{chat.external_id}", now), BY_ONE_A_DAY),
            (Tally.of_day(Counted.PROOFS_SENT, kind.channel, now), self.rules.a_day),
        ]
        for tally, most in limits:
            used = await uow.tallies.add(tally, now)
            if used > most > 0:
                raise DomainError("proofs_enough")
        await warn_of_codes(uow, kind.channel, self.rules.a_day, used, now)


@dataclass(frozen=True, slots=True)
class EnterCodes(Operation):
    """Take the codes in a typed text, one or both. What is right is proved, also beside a wrong one.

    Raises `DomainError`: `proof_no_code` for a text without a code, `proof_wrong` (left: how many tries), and
    `proof_lost` where the code has expired or was mistyped too often.
    """

    rules: ProofRules

    async def __call__(self, chat: ChatIdentity, text: str) -> Proving:
        now = self.clock.now()
        codes = find_codes(text)
        if not codes:
            raise DomainError("proof_no_code")
        async with self.units.write(Turn.of_chat(chat.channel, chat.external_id)) as uow:
            had = await uow.proofs.of(chat.channel, chat.external_id)
            if not had and await uow.chats.accountant_of(chat.channel, chat.external_id) is not None:
                return DONE  # The same text again, after a kill: what it proved has been used.
            waiting = [one for one in had.values() if one.proved_at is None]
            right = [one for one in waiting if one.is_open(now) and one.code in codes]
            # A code may come again, by a second tap or with the other one.
            used = [one.code for one in had.values() if one.proved_at is not None]
            wrong = len(set(codes) - {one.code for one in right} - set(used))
            for one in right:
                await uow.proofs.save(chat.channel, chat.external_id, replace(one, proved_at=now))
            left = 0
            for one in waiting:
                if one not in right and one.is_open(now) and wrong:
                    missed = one.wrong + 1
                    code = one.code if missed < WRONG_A_CODE else ""
                    left = max(left, WRONG_A_CODE - missed)
                    await uow.proofs.save(
                        chat.channel, chat.external_id, replace(one, code=code, wrong=missed)
                    )
            had = await uow.proofs.of(chat.channel, chat.external_id)
        addresses = {kind: one.address for kind, one in had.items()}
        proving = standing(self.rules, chat.channel, had, addresses, now)
        if not right and proving.open and left:
            raise DomainError("proof_wrong", left=left)
        if not right and proving.lost:
            raise DomainError("proof_lost")
        return proving


@dataclass(frozen=True, slots=True)
class ProveContact(Operation):
    """The app itself has said that this is the number of who speaks."""

    rules: ProofRules

    async def __call__(self, chat: ChatIdentity, phone: str) -> None:
        if ProofKind.PHONE not in self.rules.needed(chat.channel):
            return
        now = self.clock.now()
        async with self.units.write(Turn.of_chat(chat.channel, chat.external_id)) as uow:
            proof = Proof(ProofKind.PHONE, phone, "", now, proved_at=now)
            await uow.proofs.save(chat.channel, chat.external_id, proof)


@dataclass(frozen=True, slots=True)
class SendProof(Operation):
    """Send a code; nothing where it has been used, replaced, or expired. The program itself does this."""

    senders: Mapping[Channel, PushSender]

    async def __call__(
        self, chat: ChatIdentity, kind: ProofKind, asked_at: datetime, key: str, attempts: int, again: bool
    ) -> None:
        async with self.units.read() as uow:
            proof = (await uow.proofs.of(chat.channel, chat.external_id)).get(kind)
        is_wanted = proof is not None and proof.asked_at == asked_at and proof.proved_at is None
        sender = self.senders.get(kind.channel)
        if proof is None or not is_wanted or not proof.is_open(self.clock.now()) or sender is None:
            return
        content = ProofCodeContent(proof.code, int(VALID_FOR.total_seconds()) // 60)
        try:
            await sender.send(proof.address, content, key, maybe_repeated=again)
        except Undeliverable:
            # Whoever waits for it mends the address, or has it sent again.
            return
        except Exception as error:
            later = A_DAY.later(error, attempts)
            raise RetryLater(min(later.seconds, 60), str(later), counts=False) from None
        if isinstance(sender, PricedSender):
            async with self.units.write() as uow:
                cost, now = sender.price(content), self.clock.now()
                await spend(uow, cost, now)
                await uow.tallies.add(Tally.of_month(Counted.SPENT_ON_CODES, "", now), now, cost)
