"""Methods about the bot itself, its updates, its files, and the chats that it may look up."""

import json
import re
from typing import Any

from sandbox.files import NOT_TELEGRAM
from sandbox.telegram.errors import ApiError
from sandbox.telegram.params import Params
from sandbox.telegram.state import Telegram, method
from sandbox.telegram.view import chat_json, user_json
from sandbox.telegram.webhook import check_url
from sandbox.world import World

MAX_DOWNLOAD = 20 * 1024 * 1024  # What getFile hands out.
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


@method("getMe")
def get_me(telegram: Telegram, params: Params) -> dict[str, Any]:
    return telegram.me()


@method("logOut")
@method("close")
def log_out(telegram: Telegram, params: Params) -> bool:
    return True


@method("getUpdates")
async def get_updates(telegram: Telegram, params: Params) -> list[dict[str, Any]]:
    if telegram.webhook.get("url"):
        raise ApiError(
            "can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first",
            409,
        )
    _remember_allowed(telegram, params)
    limit = min(100, max(1, params.integer("limit", 100)))
    return await telegram.updates.poll(params.integer("offset"), limit, min(50, params.integer("timeout")))


@method("setWebhook")
def set_webhook(telegram: Telegram, params: Params) -> bool:
    url = params.text("url") or ""
    if not url:
        return delete_webhook(telegram, params)
    check_url(url)
    secret = params.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise ApiError("secret token contains unallowed characters")
    _remember_allowed(telegram, params)
    if params.flag("drop_pending_updates"):
        telegram.updates.drop_pending()
    connections = params.integer("max_connections", 40)
    telegram.set_webhook({"url": url, "secret_token": secret, "max_connections": connections})
    telegram.updates.end_poll("terminated by setWebhook request")
    return True


@method("deleteWebhook")
def delete_webhook(telegram: Telegram, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        telegram.updates.drop_pending()
    telegram.set_webhook({})
    return True


@method("getWebhookInfo")
def get_webhook_info(telegram: Telegram, params: Params) -> dict[str, Any]:
    hook = telegram.webhook
    info = {"url": hook.get("url", ""), "has_custom_certificate": False}
    info["pending_update_count"] = telegram.updates.waiting
    for key in ("last_error_date", "last_error_message", "max_connections"):
        if key in hook:
            info[key] = hook[key]
    if allowed := telegram.world.setting("allowed_updates"):
        info["allowed_updates"] = allowed
    return info


def _remember_allowed(telegram: Telegram, params: Params) -> None:
    allowed = params.data("allowed_updates")
    if isinstance(allowed, list) and allowed != telegram.world.setting("allowed_updates", []):
        telegram.world.set("allowed_updates", allowed)


@method("getFile")
def get_file(telegram: Telegram, params: Params) -> dict[str, Any]:
    file = telegram.world.files.get(params.text("file_id") or "")
    if file is None or file.kind in NOT_TELEGRAM:
        raise ApiError("wrong file_id or the file is temporarily unavailable")
    if file.size > MAX_DOWNLOAD:
        raise ApiError("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }


@method("getChat")
def get_chat(telegram: Telegram, params: Params) -> dict[str, Any]:
    person = telegram.known(params)
    if not telegram.world.chat(person.telegram_id).started:
        raise ApiError("chat not found")
    return chat_json(person) | {
        "active_usernames": [person.username],
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }


@method("getChatMember")
def get_chat_member(telegram: Telegram, params: Params) -> dict[str, Any]:
    telegram.known(params)
    person = telegram.world.person(params.text("user_id") or "")
    if person is None:
        raise ApiError("PARTICIPANT_ID_INVALID")
    return {"status": "member", "user": user_json(person)}


@method("setMyCommands")
def set_my_commands(telegram: Telegram, params: Params) -> bool:
    commands = params.data("commands")
    if not isinstance(commands, list):
        raise ApiError("can't parse commands: Array expected")
    if len(commands) > 100:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise ApiError("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise ApiError("BOT_COMMAND_DESCRIPTION_INVALID")
    telegram.world.set(_commands_key(params), commands)
    telegram.world.events.publish("bot")
    return True


@method("getMyCommands")
def get_my_commands(telegram: Telegram, params: Params) -> list[dict[str, Any]]:
    commands: list[dict[str, Any]] = telegram.world.setting(_commands_key(params)) or []
    return commands


@method("deleteMyCommands")
def delete_my_commands(telegram: Telegram, params: Params) -> bool:
    telegram.world.set(_commands_key(params), [])
    telegram.world.events.publish("bot")
    return True


def _commands_key(params: Params) -> str:
    scope = params.data("scope") or {"type": "default"}
    return commands_key(scope, params.text("language_code") or "")


def commands_key(scope: dict[str, Any], language: str) -> str:
    """The key under which the commands of one scope and language are stored."""
    return f"commands {json.dumps(scope, sort_keys=True)} {language}"


def commands_for(world: World, telegram_id: int) -> list[dict[str, Any]]:
    """The commands a person sees: of their chat, of all private chats, or the default; Vietnamese first."""
    scopes: list[dict[str, Any]] = [
        {"type": "chat", "chat_id": telegram_id},
        {"type": "all_private_chats"},
        {"type": "default"},
    ]
    for scope in scopes:
        for language in ("vi", ""):
            if commands := world.setting(commands_key(scope, language)):
                return list(commands)
    return []


@method("setMyDescription")
def set_my_description(telegram: Telegram, params: Params) -> bool:
    return _set_about(telegram, "description", params.text("description") or "", 512)


@method("setMyShortDescription")
def set_my_short_description(telegram: Telegram, params: Params) -> bool:
    return _set_about(telegram, "short_description", params.text("short_description") or "", 120)


@method("setChatMenuButton")
def set_chat_menu_button(telegram: Telegram, params: Params) -> bool:
    telegram.world.set("menu_button", params.data("menu_button") or {"type": "default"})
    telegram.world.events.publish("bot")
    return True


def _set_about(telegram: Telegram, name: str, text: str, limit: int) -> bool:
    if len(text) > limit:
        raise ApiError("BOT_INFO_TOO_LONG")
    telegram.world.set(name, text)
    telegram.world.events.publish("bot")
    return True
