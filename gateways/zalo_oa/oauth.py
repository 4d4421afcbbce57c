"""Zalo's OAuth server: an administrator's consent becomes a pair of tokens, which is renewed day by day."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from gateways.http.client import HttpClient
from gateways.zalo.errors import AnswerLost
from gateways.zalo_oa.calls import ask

OAUTH_URL = "https://oauth.zaloapp.com"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The access token is valid for `seconds`. The refresh token may be used once, within three months."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int


class OaOauth(HttpClient):
    """One app of Zalo's. `verifier` is that of the challenge saved in Zalo's console, if there is one."""

    app = "zalo"

    def __init__(self, app_id: str, app_secret: str, url: str = OAUTH_URL, verifier: str = "") -> None:
        self._app_id, self._app_secret, self._verifier = app_id, app_secret, verifier
        self._url = url.rstrip("/")

    def _connect(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    def consent_url(self, redirect_uri: str, state: str) -> str:
        """Where an administrator of the account consents; the browser comes back to `redirect_uri`, which
        must be the callback address in Zalo's console."""
        asked = {"app_id": self._app_id, "redirect_uri": redirect_uri, "state": state}
        return f"{self._url}/v4/oa/permission?{urlencode(asked)}"

    async def exchange(self, code: str) -> TokenPair:
        """The pair for a consent's code, which is valid for ten minutes, once."""
        verifier = {"code_verifier": self._verifier} if self._verifier else {}
        return await self._ask(grant_type="authorization_code", code=code, **verifier)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """A new pair; the refresh token is used up by it. Raises `GrantLost` where it was used up before."""
        return await self._ask(grant_type="refresh_token", refresh_token=refresh_token)

    async def _ask(self, **fields: Any) -> TokenPair:
        url, form = f"{self._url}/v4/oa/access_token", {"app_id": self._app_id, **fields}
        answer = await ask(self._session, "POST", url, data=form, headers={"secret_key": self._app_secret})
        match answer:
            case {
                "access_token": str(access),
                "refresh_token": str(refresh),
                "expires_in": str() | int() as valid,
            }:
                if access and refresh and str(valid).isdigit():
                    return TokenPair(access, refresh, int(valid))
        raise AnswerLost(0, "an answer without tokens")
