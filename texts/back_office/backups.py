"""Words of backups."""

from math import ceil

from domain.backups import BackupFault, BackupProof
from texts.filters import count, moment
from texts.messaging.pushes.house import FAULTS


def line(proof: BackupProof) -> str:
    """One line about the last backup."""
    if proof.fault is not None or proof.lost_seconds is None:
        fault = FAULTS[proof.fault or BackupFault.COPY]
        return f"⚠️ Sao lưu lúc {moment(proof.began_at)}: {fault}."
    lost = _lasting(proof.lost_seconds)
    return f"🛟 Sao lưu lúc {moment(proof.began_at)}: đã thử phục hồi, mất tối đa {lost}."


def _lasting(seconds: int) -> str:
    """Rounded up."""
    if seconds <= 300:
        return f"{count(seconds)} giây"
    hours, minutes = divmod(ceil(seconds / 60), 60)
    parts = [(hours, "giờ"), (minutes, "phút")]
    return " ".join(f"{count(number)} {unit}" for number, unit in parts if number)
