"""Words of the page that an administrator of the Official Account comes back to."""

from texts.pages import said

CONNECTED = said("✅", "Đã kết nối Zalo OA", "Chương trình gửi được tin trên Zalo. Anh/chị đóng trang này.")
NOT_TAKEN = said("⚠️", "Zalo chưa nhận", "Anh/chị mở lại đường dẫn kết nối trong Bàn làm việc và làm lại.")
NOT_OURS = said("🔒", "Đường dẫn sai hoặc đã quá 7 ngày", "Anh/chị lấy đường dẫn mới trong Bàn làm việc.")
