"""How a person wants to be told."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.chats import Channel
from domain.messaging.notices import ALWAYS, QuietHours, Topic, next_digest


@dataclass(frozen=True, slots=True)
class Preferences:
    """`in_digest` are the topics that come once a day. `quiet` is `None` for no quiet hours. `channel` is the
    app that messages go to; `None` for the one used last.

    In quiet hours, money and activation come without a sound, and the other topics wait for the end. All that
    was held back comes as one message.
    """

    in_digest: frozenset[Topic] = field(default_factory=frozenset)
    quiet: QuietHours | None = None
    channel: Channel | None = None

    def held_until(self, topic: Topic, now: datetime) -> datetime | None:
        """When to tell of a notice of `topic` that is ready `now`; `None` for at once."""
        if topic in ALWAYS:
            return None
        if topic in self.in_digest:
            return next_digest(now)
        if self.silent(now):
            assert self.quiet is not None
            return now + self.quiet.wait(now)
        return None

    def silent(self, now: datetime) -> bool:
        """Whether a message that comes now makes no sound."""
        return self.quiet is not None and self.quiet.holds(now)
