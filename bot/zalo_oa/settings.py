"""The settings of an Official Account."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, HttpUrl, model_validator

from bot.app_settings import AppSettings
from bot.bank_settings import Secret
from domain.messaging.oa_windows import OaTerms
from domain.messaging.templates import Template
from gateways.zalo_oa.client import API_URL
from gateways.zalo_oa.oauth import OAUTH_URL
from gateways.zalo_oa.templates import BUSINESS_URL

TemplateId = Annotated[str, Field(pattern=r"^\d{0,20}$")]
_TOGETHER = ("zalo_oa_app_id", "zalo_oa_app_secret", "zalo_oa_secret")


class ZaloOaSettings(AppSettings):
    """The Official Account is off without its app's id."""

    zalo_oa_app_id: Annotated[str | None, Field(pattern=r"^\d{3,30}$")] = None
    zalo_oa_app_secret: Secret | None = None
    zalo_oa_secret: Secret | None = None
    zalo_oa_refresh_token: Secret | None = None
    zalo_oa_verifier: Secret | None = None
    zalo_oa_verification: Annotated[str, Field(pattern=r"^\w{0,100}$")] = ""
    zalo_oa_api_url: HttpUrl = HttpUrl(API_URL)
    zalo_oa_oauth_url: HttpUrl = HttpUrl(OAUTH_URL)
    zalo_oa_business_url: HttpUrl = HttpUrl(BUSINESS_URL)
    zalo_template_payment: TemplateId = ""
    zalo_template_reminder: TemplateId = ""
    zalo_template_activation: TemplateId = ""
    zalo_oa_proof: bool = True
    zalo_oa_calls_a_minute: Annotated[int, Field(ge=10, le=10_000)] = 100
    zalo_oa_free_replies: Annotated[int, Field(ge=0)] = 8
    zalo_oa_price: Annotated[int, Field(ge=0)] = 55

    @property
    def template_ids(self) -> Mapping[Template, str]:
        """The ids of the templates that Zalo has approved, as far as there are some."""
        given = {
            Template.PAYMENT: self.zalo_template_payment,
            Template.REMINDER: self.zalo_template_reminder,
            Template.ACTIVATION: self.zalo_template_activation,
        }
        return {name: template_id for name, template_id in given.items() if template_id}

    @property
    def oa_terms(self) -> OaTerms:
        return OaTerms(self.zalo_oa_free_replies, self.zalo_oa_price)

    @model_validator(mode="after")
    def _zalo_oa_belongs_together(self) -> Self:
        given = [name for name in _TOGETHER if getattr(self, name) is not None]
        if given and len(given) < len(_TOGETHER):
            lacking = ", ".join(name.upper() for name in _TOGETHER if name not in given)
            raise ValueError(f"put {lacking} too: an Official Account needs all of them")
        if given:
            self.check_address("ZALO_OA_APP_ID", ", where Zalo posts events and fetches pictures")
            if getattr(self, "zalo_token", None) is not None:
                raise ValueError("put ZALO_TOKEN or ZALO_OA_APP_ID, not both: people write to one of them")
        return self
