"""What pushes about the program itself say."""

from dataclasses import dataclass

from domain.backups import BackupProof
from domain.messaging.contents import PushContent


@dataclass(frozen=True, slots=True)
class BackupFailedContent(PushContent):
    proof: BackupProof
