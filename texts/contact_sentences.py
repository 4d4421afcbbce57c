"""The sentences of refusals of phones, e-mails and names, as in `texts.error_sentences`."""

CONTACTS = {
    "phone_format": "“{value}” không phải số điện thoại. Số di động có 10 số, ví dụ 0912345678.",
    "phone_old": "{value} là số 11 số, đã đổi từ năm 2018. Số bây giờ có phải là {suggestion} không ạ?",
    "phone_not_mobile": "{value} là số cố định hoặc tổng đài, không nhận được tin nhắn. Anh/chị gõ số di động, ví dụ 0912345678.",
    "phone_landline": "{value} là số cố định, không nhận được tin nhắn. Anh/chị gõ số di động của người đại diện thì tốt hơn ạ.",
    "login_shared": "{value} đang là của khách khác trong danh mục. Cùng một người đại diện thì anh/chị giữ nguyên, em tạo chung một tài khoản.",
    "phone_foreign": "{value} là số nước ngoài. Anh/chị gõ số di động Việt Nam, ví dụ 0912345678.",
    "email_format": "“{value}” không phải địa chỉ email. Email đúng có dạng ten@congty.vn.",
    "phone_several": "Ô điện thoại “{value}” có nhiều số. Anh/chị chọn một số di động của người đại diện giúp em.",
    "email_several": "“{value}” có nhiều email. Anh/chị chọn một email của người đại diện giúp em.",
    "text_several": "Trong tệp có nhiều cột ghi khác nhau: “{value}”. Anh/chị chọn một giúp em.",
    "contact_of_whom": "{value} đứng một mình dưới khách cuối danh sách. Nếu đúng là của khách này, anh/chị chọn; nếu không, anh/chị để trống giúp em.",
    "text_garbled": "“{value}” bị lỗi phông chữ. Anh/chị xem lại giúp em, đúng ra có phải là {suggestion} không ạ?",
    "letters_lost": "“{value}” bị mất chữ (thành dấu ? hoặc ô vuông). Anh/chị gõ lại cho đúng giúp em.",
    "person_with_contact": "“{value}” có cả số điện thoại hoặc email. Anh/chị ghi riêng họ tên giúp em.",
    "email_doubtful": "Email {value} có vẻ gõ nhầm. Ý anh/chị có phải là {suggestion} không ạ?",
    "contact_of_other": "Đây là số của người khác. Anh/chị bấm nút “Gửi số của tôi”, hoặc gõ số của mình, ví dụ 0912345678.",
}
