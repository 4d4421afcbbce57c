"""Words inside the empty workbook template."""

TEMPLATE_GUIDANCE = (
    "Mỗi khách hàng một dòng, bắt đầu từ dòng 2 của trang đầu. Không đổi tên các cột.",
    "Bắt buộc: Mã số thuế và Tên khách hàng. Các cột khác bổ sung sau trong khung chat cũng được.",
    "Mã số thuế: doanh nghiệp 10 số (hoặc 10 số, gạch ngang, 3 số); hộ kinh doanh 12 số. Giữ nguyên số 0 ở đầu.",
    "Email và số điện thoại của người đại diện pháp luật dùng để tạo tài khoản đăng nhập phần mềm: xin ghi thật đúng.",
    "Chọn Loại khách hàng trước: Chế độ kế toán và Phương pháp tính thuế GTGT có danh sách chọn theo loại khách.",
    "Điền xong, anh/chị gửi tệp này vào khung chat. Em kiểm tra trước, chưa lưu gì cả.",
)
