"""What `python -m bot setup` asks, in the order in which it asks."""

from dataclasses import dataclass

from domain.checkups import Part


@dataclass(frozen=True)
class Group:
    """Settings that are asked one after the other, and the parts that are looked at then.

    Without an answer to the first of an `optional` group the others are not asked.
    """

    name: str
    settings: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    optional: bool = True
    mode: str = ""
    """The setting that turns them on, which follows from the answers."""
    instead_of: str = ""
    """The setting with which they are not asked at all."""


GROUPS = (
    Group("address", ("public_url",)),
    Group("telegram", ("telegram_token",), (Part.TELEGRAM,)),
    Group("zalo", ("zalo_token",), (Part.ZALO,)),
    Group(
        "zalo_oa",
        (
            "zalo_oa_app_id",
            "zalo_oa_app_secret",
            "zalo_oa_secret",
            "zalo_oa_refresh_token",
            "zalo_oa_verification",
        ),
        (Part.ZALO,),
        instead_of="zalo_token",
    ),
    Group("database", ("database_url",), (Part.DATABASE,), optional=False),
    Group(
        "mail",
        ("mail_from", "smtp_host", "smtp_port", "smtp_tls", "smtp_username", "smtp_password"),
        (Part.MAIL,),
        optional=False,
    ),
    Group("sms", ("esms_api_key", "esms_secret_key", "esms_brandname"), (Part.SMS,), mode="sms_provider"),
    Group("account", ("bank_bin", "bank_account", "bank_holder"), optional=False),
    Group("sepay", ("sepay_secret", "sepay_api_token"), (Part.SEPAY_LIST,)),
    Group("payos", ("payos_checksum_key",)),
    Group("casso", ("casso_secret", "casso_api_key"), (Part.CASSO_LIST,)),
    Group("gpmpay", ("gpmpay_secret",)),
    Group("vendor", ("vendor_api_url", "vendor_api_token"), (Part.VENDOR,), mode="vendor_mode"),
    Group("registry", ("registry_url", "registry_token"), (Part.REGISTRY,)),
    Group("invoices", ("invoice_when",), optional=False),
    Group(
        "einvoice",
        (
            "sepay_einvoice_client_id",
            "sepay_einvoice_client_secret",
            "sepay_einvoice_account",
            "invoice_form",
            "invoice_series",
        ),
        (Part.INVOICES,),
        mode="invoice_mode",
    ),
    Group("backups", ("backup_folder", "backup_key", "litestream_config"), (Part.BACKUPS,)),
    Group("watching", ("metrics_token", "canary_minutes")),
    Group("controller", ("controller_name", "controller_contact"), optional=False),
    Group("people", ("back_office", "support_contact"), optional=False),
)
