"""The mail that hands an invoice to its recipient."""

from texts.messaging.pushes.mail_frame import framed

_KIND = "{{ kind }}"
_WHAT = f"{_KIND} số {{{{ number.number }}}} ký hiệu {{{{ number.series }}}}"
_CONTACT = (
    "Mọi thắc mắc xin liên hệ đơn vị kế toán {{ firm.name }} "
    "(anh/chị {{ accountant.name }}, {{ accountant.phone|phone }})."
)

SUBJECT = f"{_WHAT} ngày {{{{ number.date|date }}}}"

TEXT = f"""\
Kính gửi {{{{ invoice.buyer.name }}}},

Chúng tôi gửi quý khách {{{{ kind|lower }}}}{{{{ original }}}}.

{{% for label, value in rows %}}
{{{{ label }}}}: {{{{ value }}}}
{{% endfor %}}

{{% for line in lines %}}
- {{{{ line }}}}
{{% endfor %}}
{{% if more %}}
- và {{{{ more }}}} dòng khác
{{% endif %}}
{{% if files %}}

Tệp gửi kèm: {{{{ files }}}}.
{{% endif %}}

{_CONTACT}"""

HTML = framed(
    _WHAT,
    f"""\
<tr><td style="padding:24px 20px 8px;">
<p style="margin:0 0 12px;">Kính gửi <b>{{{{ invoice.buyer.name }}}}</b>,</p>
<p style="margin:0 0 12px;">Chúng tôi gửi quý khách {{{{ kind|lower }}}}{{{{ original }}}}.</p>
</td></tr>
<tr><td style="padding:0 20px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f9fafb;border-radius:8px;">
{{% for label, value in rows %}}
<tr><td style="padding:10px 16px 2px;color:#667085;">{{{{ label }}}}</td></tr>
<tr><td style="padding:0 16px{{{{ " 12px" if loop.last }}}};overflow-wrap:anywhere;"><b>{{{{ value }}}}</b></td></tr>
{{% endfor %}}
</table>
</td></tr>
<tr><td style="padding:16px 20px 8px;">
{{% for line in lines %}}
<p style="margin:0 0 8px;">{{{{ line }}}}</p>
{{% endfor %}}
{{% if more %}}
<p style="margin:0 0 8px;">và {{{{ more }}}} dòng khác</p>
{{% endif %}}
{{% if files %}}
<p style="margin:8px 0 0;">Tệp gửi kèm: {{{{ files }}}}.</p>
{{% endif %}}
</td></tr>
<tr><td style="padding:8px 20px 24px;color:#667085;font-size:14px;line-height:20px;">
{_CONTACT}
</td></tr>
""",
)
