"""Words of the books of money."""

from domain.postings import BooksPart

PARTS = {BooksPart.ORDERS: "Mã", BooksPart.TRANSFERS: "Giao dịch", BooksPart.ENTRIES: "Bút toán"}

BOOKS_DIFFER = """⚠️ <b>Số tiền đang lưu không khớp với sổ</b>

{% for name in names %}
• {{ name }}
{% endfor %}
{% if more %}
• và {{ more }} chỗ khác
{% endif %}

Đêm qua em đối chiếu và thấy lệch như trên. Anh/chị khoan ghi hay trả tiền cho các khoản này, và báo ngay người \
vận hành bot."""
