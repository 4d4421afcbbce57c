"""The sentences of refusals for what a firm may have or ask for, as in `texts.error_sentences`."""

CAPS = {
    "enough_today": "Hôm nay đơn vị mình đã làm việc này {most} lần, một ngày em nhận đến đó thôi ạ. Mai anh/chị làm tiếp giúp em.",
    "enough_today.ordered": "Hôm nay đơn vị mình đã đặt {most} đơn, một ngày em nhận đến đó thôi ạ. Đơn nháp em vẫn giữ, mai anh/chị đặt tiếp giúp em.",
    "enough_today.listed": "Hôm nay đơn vị mình đã gửi {most} danh sách, một ngày em nhận đến đó thôi ạ. Mai anh/chị gửi tiếp giúp em.",
    "enough_today.list_read": "Hôm nay em đã đọc danh sách cho đơn vị mình {most} lần, một ngày em đọc đến đó thôi ạ. Mai anh/chị làm tiếp giúp em.",
    "enough_today.exported": "Hôm nay đơn vị mình đã xuất danh mục {most} lần, một ngày em làm đến đó thôi ạ. Mai anh/chị xuất tiếp giúp em.",
    "enough_today.run_begun": "Hôm nay đơn vị mình đã kích hoạt {most} lần, một ngày em làm đến đó thôi ạ. Mai anh/chị kích hoạt tiếp giúp em.",
    "customers_full": "Em giữ được tối đa {most} khách cho một đơn vị, nên chưa thêm được khách mới ạ.",
    "order_too_long": "Một đơn có tối đa {most} khách mà đơn này có {lines}. Anh/chị bỏ bớt khách rồi đặt, các khách còn lại anh/chị đặt đơn sau ạ.",
    "people_full": "Đơn vị này đã có {most} người, em chưa nhận thêm được. Chủ đơn vị bỏ người không còn làm thì em nhận tiếp ạ.",
}
