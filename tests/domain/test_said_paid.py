"""What people write once they have transferred, and what only looks like it."""

import pytest

from domain.said_paid import says_paid

YES = """
ck rồi
e ck roi nhe
e chuyen khoan roi
Em chuyển khoản rồi ạ
đã ck
da tt roi
đã thanh toán
Đã thanh toán xong ạ
em vừa ck xong
vua chuyen khoan 2.950.000 nha
chị chuyển tiền rồi nhé em
chuyển rồi em nhé
a chuyen r
em đã chuyển ạ
đã chuyển 2950000
tt r nha
ck xong cho KTM7R4Q2X
mình banking rồi
chuyển khoản thành công
em trả rồi
đã trả đủ
CK RỒI NHÉ!!!
da chuyen 2tr roi
bên em đã chuyển khoản cho 3 khách
""".strip().splitlines()

NO = """
chưa ck
em chưa chuyển khoản
ck rồi mà sao chưa thấy
ck vào đâu
đã ck chưa?
chuyển khoản thế nào
chuyển nhầm rồi
ck sai số tiền rồi
em sẽ ck
mai em thanh toán
khi nào chuyển khoản xong thì báo
đã trả lời rồi
đã chuyển danh sách
chuyển file rồi nhé
rồi
ok em
xong
mua cho 30 khách
thanh toán
chuyển khoản
0101243150
đã nhận được hàng
hủy đơn đã thanh toán
hoàn tiền đã chuyển
chuyển sang gói khác rồi
""".strip().splitlines()


@pytest.mark.parametrize("text", YES)
def test_said(text: str) -> None:
    assert says_paid(text)


@pytest.mark.parametrize("text", [*NO, "đã ck rồi " * 20])
def test_not_said(text: str) -> None:
    assert not says_paid(text)
