"""Imports aiogram without building its models; each is built when it is first used.

On import aiogram builds all of its 400 models. The bot uses some 60 of them, and the others cost each
process 3 s of CPU and 100 MB. The models are marked `defer_build`; only a loop at the end of `aiogram.types`
builds them, since it holds the names of their annotations. Here each model keeps these names, and pydantic
finds them when it builds the model. `tests/dialogs/test_aiogram_models.py` holds this to the pinned versions.
"""

import sys
from typing import Any, TypeVar

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)

_names: dict[str, Any] = {}


def knows_names(model: type[Model]) -> type[Model]:
    """Let a model that is derived from one of aiogram's find the names in aiogram's annotations."""
    model.__pydantic_parent_namespace__ = _names
    return model


def import_aiogram() -> None:
    """Import aiogram and aiogram-dialog; does nothing where aiogram was imported before."""
    if "aiogram" in sys.modules:
        return
    building = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_postpone)  # type: ignore[method-assign, assignment]
    try:
        import aiogram.types
    finally:
        BaseModel.model_rebuild = building  # type: ignore[method-assign]
    import aiogram.methods
    import aiogram_dialog  # noqa: F401

    models: list[type[BaseModel]] = [
        aiogram.types.TelegramObject,
        aiogram.methods.TelegramMethod,
        aiogram.methods.Response,
    ]
    while models:
        models.extend(knows_names(models.pop()).__subclasses__())


def _postpone(model: type[BaseModel], *, _types_namespace: dict[str, Any]) -> None:
    """Stand for `model_rebuild` where aiogram calls it."""
    _names.update(_types_namespace)
