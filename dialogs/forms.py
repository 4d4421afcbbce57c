"""Questions that are answered by typing, one in each window."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const, Format

from dialogs.offers import OFFER, OFFER_ROOM, offer_labels, offer_of
from dialogs.windows import notify, text_input, window
from domain.errors import DomainError
from texts import common
from texts import forms as texts
from texts.customer_fields import shown
from texts.errors import say
from texts.widths import fit

ANSWERS = "answers"
_OFFERS = "offers"
"""Dialog data: offers for questions that are not shown yet, by their names."""
SURE_OF = "sure_of"
"""Dialog data: what was said to be right as typed, by question."""
_OFFERING = ("tax_code_lost_zero", "phone_old")
"""Refusals with a suggestion that is offered as a button."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A typed text as it will be kept. `offer` asks first whether it is what was meant (`dialogs.offers`),
    with `sure_of` once it is; `also` are further answers that follow from this one; `remark` is shown with
    the next window."""

    value: str
    offer: Mapping[str, Any] | None = None
    sure_of: str = ""
    also: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""


class Unsure(str):
    """A part of a line that may answer a question: asked about, unless the answer was found elsewhere."""


Parse = Callable[[DialogManager, str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Question:
    """One window that asks for `name`.

    `parse` raises `DomainError` for what cannot be kept. `then`, run once the answer is kept, may lead
    elsewhere and say so by returning true. An `optional` question may be skipped: its answer is then empty.
    """

    name: str
    state: State
    text: str
    parse: Parse
    optional: bool = False
    then: Callable[[DialogManager], Awaitable[bool]] | None = None


def answers_of(manager: DialogManager) -> dict[str, str]:
    """What has been answered in this dialog so far."""
    found: dict[str, str] = manager.dialog_data.setdefault(ANSWERS, {})
    return found


class Questionnaire:
    """Questions in a row; `after` is the window shown once each has its answer.

    An answer changed from `after` leads straight back to it. `asked` says which questions this dialog asks;
    `before` is the window that the first one leads back to, if any. `found` are answers known from elsewhere:
    they are offered with their question, and one tap takes all of them. `several` reads the answers to
    several questions out of one line, by their names.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        after: State,
        asked: Callable[[DialogManager, Question], bool] = lambda *_: True,
        before: State | None = None,
        found: Callable[[DialogManager], Mapping[str, str]] = lambda _: {},
        several: Callable[[str], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._several = several
        self._questions = questions
        self._found = found
        self._after = after
        self._before = before
        self._asked = asked

    def asked(self, manager: DialogManager) -> list[Question]:
        return [question for question in self._questions if self._asked(manager, question)]

    def complete(self, manager: DialogManager) -> bool:
        return all(question.name in answers_of(manager) for question in self.asked(manager))

    async def advance(self, manager: DialogManager) -> None:
        """Show the first question without an answer, or the window `after`."""
        data, answers = manager.dialog_data, answers_of(manager)
        data.pop(OFFER, None)
        question = next((one for one in self.asked(manager) if one.name not in answers), None)
        if question is not None and (offer := data.get(_OFFERS, {}).pop(question.name, None)):
            data[OFFER] = offer
        await manager.switch_to(question.state if question else self._after)

    async def skip_rest(self, manager: DialogManager) -> None:
        """Answer every open optional question with what was found for it, or with nothing."""
        found = self._found(manager)
        for question in self.asked(manager):
            if question.optional:
                answers_of(manager).setdefault(question.name, found.get(question.name, ""))
        await self.advance(manager)

    async def take_line(
        self, manager: DialogManager, text: str, asked: Question | None = None, over: bool = False
    ) -> bool:
        """Take the answers to several questions that one line holds; false if it holds fewer than two.

        Answers that were given before stay, except that to the question which is `asked`; a line that
        corrects goes `over` all of them. What cannot be kept is asked for, with the reason; what is doubtful
        becomes an offer at its question.
        """
        answers = answers_of(manager)
        said = {
            name: value
            for name, value in self._several(text).items()
            if value and (over or name not in answers or (asked is not None and name == asked.name))
        }
        if len(said) <= 1:
            return False
        data = manager.dialog_data
        # What is asked first decides what is asked next.
        for question in self._questions:
            if question.name not in said or question not in self.asked(manager):
                continue
            unsure = isinstance(said[question.name], Unsure)
            if unsure and question.name in self._found(manager):
                del said[question.name]
                continue
            answers.pop(question.name, None)
            try:
                answer = await question.parse(manager, said[question.name])
            except DomainError as error:
                notify(manager, say(error))
                if error.code == "tax_code_lost_zero":
                    better = str(error.params["suggestion"])
                    data.setdefault(_OFFERS, {})[question.name] = {"name": question.name, "better": better}
                continue
            if offer := answer.offer or ({"typed": answer.value, "why": texts.IS_IT} if unsure else None):
                data.setdefault(_OFFERS, {})[question.name] = {"name": question.name, **offer}
                continue
            answers.update({question.name: answer.value, **answer.also})
            if question.then is not None and await question.then(manager):
                return True
        for name, value in self._found(manager).items():
            if name not in said:
                answers.setdefault(name, value)
        await self.advance(manager)
        return True

    async def take(
        self, manager: DialogManager, question: Question, text: str, as_typed: bool = False
    ) -> None:
        """Keep an answer and go on, or offer what was probably meant, unless it is meant `as_typed`."""
        # What was proposed belongs to the text before this one.
        offered = manager.dialog_data.pop(OFFER, None)
        try:
            answer = await question.parse(manager, text)
        except DomainError as error:
            if error.code not in _OFFERING:
                if offered is None:
                    raise
                # What a refused update changed is forgotten, so this one is answered here.
                notify(manager, say(error))
                return
            better = str(error.params["suggestion"])
            manager.dialog_data[OFFER] = {"name": question.name, "better": better}
            notify(manager, say(error))
            return
        if answer.offer and not as_typed:
            manager.dialog_data[OFFER] = {"name": question.name, **answer.offer}
            return
        answers_of(manager).update({question.name: answer.value, **answer.also})
        manager.dialog_data.setdefault(SURE_OF, {})[question.name] = answer.sure_of
        if answer.remark:
            notify(manager, answer.remark)
        if question.then is None or not await question.then(manager):
            await self.advance(manager)

    async def back(self, manager: DialogManager, question: Question) -> None:
        """Go to the window `after` if every question is answered, else to the question before."""
        manager.dialog_data.pop(OFFER, None)
        asked = self.asked(manager)
        at = asked.index(question) if question in asked else 0
        if self.complete(manager):
            await manager.switch_to(self._after)
        elif at == 0 and self._before is not None:
            await manager.switch_to(self._before)
        else:
            await manager.switch_to(asked[max(0, at - 1)].state)

    def _offered(self, manager: DialogManager, question: Question) -> dict[str, str]:
        """Answers found for the open questions, this one among them; empty if there is none for this one."""
        answers = answers_of(manager)
        found = {name: value for name, value in self._found(manager).items() if name not in answers}
        return found if question.name in found else {}

    def window(self, question: Question, *widgets: Any, getter: Any = None, **options: Any) -> Window:
        """The window of a question; `widgets` are placed between its own buttons and the way back."""
        name = question.name

        async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
            text = message.text or ""
            if not await self.take_line(manager, text, question):
                await self.take(manager, question, text)

        async def use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            await self.take(manager, question, offer_of(manager)["better"])

        async def as_typed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            await self.take(manager, question, offer_of(manager)["typed"], as_typed=True)

        async def use_found(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            answers_of(manager).update(self._offered(manager, question))
            await self.advance(manager)

        async def keep(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            await self.advance(manager)

        async def skip(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            answers_of(manager)[name] = ""
            await self.advance(manager)

        async def back(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            await self.back(manager, question)

        async def data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
            return self._data(dialog_manager, question)

        return window(
            texts.PROGRESS + question.text + texts.CURRENT + texts.FOUND + texts.OFFER,
            text_input(typed),
            Button(Format(texts.USE), id=f"{name}_use", on_click=use, when="use_label"),
            Button(Format(texts.AS_TYPED), id=f"{name}_typed", on_click=as_typed, when="typed_label"),
            Button(Const(texts.USE_FOUND), id=f"{name}_found", on_click=use_found, when="found"),
            Button(Format(texts.KEEP), id=f"{name}_keep", on_click=keep, when="keep_label"),
            Button(Const(common.SKIP), id=f"{name}_skip", on_click=skip, when="may_skip"),
            *widgets,
            Button(Const(common.BACK), id=f"{name}_back", on_click=back, when="has_back"),
            state=question.state,
            getter=[data, getter or {}],
            **options,
        )

    def _data(self, manager: DialogManager, question: Question) -> dict[str, Any]:
        asked, answers = self.asked(manager), answers_of(manager)
        at = asked.index(question) if question in asked else 0
        answer = answers.get(question.name, "")
        offer = manager.dialog_data.get(OFFER)
        if offer is not None and offer["name"] != question.name:
            offer = None
        return {
            "step": at + 1,
            "steps": len(asked) + 1,
            "answers": answers,
            "answer": answer,
            "shown_answer": shown(question.name, answer),
            "keep_label": fit(shown(question.name, answer), OFFER_ROOM) if not offer else "",
            "may_skip": question.optional and not answer and not offer,
            "has_back": at > 0 or self._before is not None or self.complete(manager),
            "found": [] if offer else list(self._offered(manager, question).values()),
            "offer": offer,
            **(offer_labels(offer) if offer else {}),
        }
