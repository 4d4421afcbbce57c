"""A person's steps with a bot that dies in the middle of them."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tests.crash.aftermath import REPEATED, said
from tests.crash.life import CALM
from tests.crash.lives import Lives
from tests.support.world import Chat

PUSHED = re.compile(
    re.escape(REPEATED) + "|Hướng dẫn thanh toán đơn|👤|💰|📊 Ai đã trả"
    r"|⚡ Đang kích hoạt|⚡ Kích hoạt đơn \w+: đã xong|(⚠️|✅|⏹) (Đã kích hoạt|Kích hoạt đơn)|⏹ Đơn"
)


@dataclass(frozen=True)
class Step:
    """An act of a person, and what the live window must say then. The bot dies only in `deadly` steps."""

    name: str
    act: Callable[[Chat], Awaitable[object]]
    shows: str
    deadly: bool = True


def says(text: str, shows: str) -> Step:
    return Step(f"say {text}", lambda chat: chat.says(text), shows)


def taps(label: str, shows: str) -> Step:
    return Step(f"tap {label}", lambda chat: chat.taps_on(label), shows)


def types_codes(phone: str, email: str) -> Step:
    """Type the codes of registration that came there."""

    async def act(chat: Chat) -> None:
        await chat.says(await chat.world.codes(phone, email))

    return Step("type the codes", act, "Chào mừng")


def calm(*steps: Step) -> tuple[Step, ...]:
    """The same steps, in which the bot does not die."""
    return tuple(replace(step, deadly=False) for step in steps)


async def walk(lives: Lives, chat: Chat, steps: tuple[Step, ...]) -> None:
    """Do one step after the other, each after the bot has finished the one before."""
    for number, step in enumerate(steps, 1):
        lives.enter(f"{number} {step.name}" if step.deadly else CALM)
        await step.act(chat)
        text = [text for text in await said(chat) if not PUSHED.match(text)][-1]
        assert step.shows in text, f"after {step.name!r}: {text!r}"
