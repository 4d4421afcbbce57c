"""Words of what the program tells of itself."""

from domain.backups import BackupFault
from domain.messaging.house_contents import BackupFailedContent
from services.messaging.messages import ChatMessage
from texts.messaging.pushes.words import Wording, Wordings, Words

FAULTS = {
    BackupFault.COPY: "chưa tạo được bản sao",
    BackupFault.RESTORE: "bản sao chưa phục hồi được",
    BackupFault.DISORDER: "bản phục hồi không khớp: thiếu dữ liệu hoặc tiền không cân",
    BackupFault.BEHIND: "bản sao liên tục không theo kịp",
}

BACKUP_FAILED = """\
⚠️ <b>Sao lưu chưa dùng được</b>

Lúc {{ proof.began_at|moment }}: {{ fault }}.

Bot vẫn chạy bình thường. Anh/chị nhờ người vận hành xem nhật ký của chương trình để sửa; đêm mai bot thử lại."""


def _failed(words: Words, content: BackupFailedContent) -> ChatMessage:
    fault = FAULTS[content.proof.fault or BackupFault.COPY]
    return ChatMessage(words.html(BACKUP_FAILED, proof=content.proof, fault=fault))


WORDINGS: Wordings = {BackupFailedContent: Wording(_failed, lambda it: "⚠️ Sao lưu chưa dùng được")}
