"""aiogram's models are built when first used, by the versions of aiogram and pydantic that are pinned."""

import gc
import subprocess
import sys
import weakref
from types import ModuleType

import aiogram.methods
import aiogram.types
import pytest
from aiogram.methods import Response
from aiogram.types import Message, Update
from aiogram_dialog.api.entities import DialogUpdate
from pydantic import BaseModel

from bot.telegram.answer_models import answer_model
from bot.zalo.updates import ZaloUpdate
from dialogs.numbered.forms import FormedMarkup

COUNT = """
import bot.wiring, aiogram.types as types
models = [getattr(types, name) for name in types.__all__]
print(sum(getattr(model, "__pydantic_complete__", False) for model in models), len(models))
"""

SENT = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "Chào"}


@pytest.mark.long
def test_the_program_starts_without_building_the_models() -> None:
    counted = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    built, models = map(int, counted.stdout.split())
    assert models > 300
    assert built < 20


@pytest.mark.parametrize("kind", [Update, ZaloUpdate])
def test_an_update_is_read(kind: type[Update]) -> None:
    update = kind.model_validate({"update_id": 1, "message": SENT})
    assert type(update) is kind
    assert update.message is not None
    assert update.message.text == "Chào"


@pytest.mark.long
@pytest.mark.parametrize("room", [aiogram.types, aiogram.methods])
def test_every_model_of_aiogram_can_be_built(room: ModuleType) -> None:
    of = [getattr(room, name) for name in room.__all__]
    models = [one for one in of if isinstance(one, type) and issubclass(one, BaseModel)]
    assert models
    assert [one.__name__ for one in models if one.model_rebuild() is False] == []


@pytest.mark.parametrize("model", [DialogUpdate, ZaloUpdate, FormedMarkup])
def test_models_derived_from_aiograms_can_be_built(model: type[BaseModel]) -> None:
    assert model.model_rebuild(force=True)


def test_models_of_answers_outlive_a_collection() -> None:
    kept = weakref.ref(answer_model(list[Message]))
    gc.collect()
    assert kept() is Response[list[Message]]
