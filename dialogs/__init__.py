"""The conversation: windows, getters and handlers by flow. Rules live in `domain/`, sentences in `texts/`."""

from dialogs.aiogram_models import import_aiogram

import_aiogram()
