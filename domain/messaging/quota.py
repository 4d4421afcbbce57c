"""The messages that an app counts by the month, and what the last of them are kept for."""

from dataclasses import dataclass
from datetime import timedelta

from domain.messaging.notices import Topic
from domain.messaging.pushes import Push

MARKS = (70, 85, 95)
"""At how many hundredths of a limit back office is told."""

ALL = 100
"""The mark of a limit that is reached."""

REFUSED = 100
"""The mark by which earlier releases said that the app refuses further messages; now an alarm does."""

STRANGERS_PERCENT = 20
"""What all who are not registered may use together: about 75 registrations of 600 messages."""

WELCOMES_A_DAY = 1
"""How often a chat is answered in a day that does not begin to register."""

STRANGERS_DAY = 40
"""How often a chat is answered in a day before it is registered; registration takes eight."""

RESERVE_PERCENT = 15
"""What is left for those who are registered, and for messages about money."""

REFUSED_LONG = timedelta(minutes=2)
"""An app that refuses for so long has no messages left; a shorter refusal is for the moment."""

REFUSED_FOR = timedelta(minutes=1)
"""How long pushes go around an app that has refused one, until it is asked again."""

CLOSED_FOR = timedelta(hours=1)
"""How long an app without messages left is not asked again."""

_MATTERS = (Topic.MONEY, Topic.ACTIVATION)


def matters(push: Push) -> bool:
    """Whether somebody waits for the push, or it is about money or activation."""
    return push.subject.kind.answer or push.subject.kind.topic in _MATTERS


def passed(used: int, limit: int, marks: tuple[int, ...] = (*MARKS, ALL)) -> tuple[int, ...]:
    """The marks that `used` of `limit` has reached; none where 0 is without limit."""
    return tuple(mark for mark in marks if limit and 100 * used >= mark * limit)


@dataclass(frozen=True, slots=True)
class MonthlyQuota:
    """`limit` is how many messages the app carries in a month, `people` to how many people it lets us write;
    0 where it does not count."""

    limit: int = 0
    people: int = 0

    def marks_passed(self, sent: int) -> tuple[int, ...]:
        """The marks that `sent` messages have reached."""
        return passed(sent, self.limit, MARKS)

    def people_marks(self, people: int) -> tuple[int, ...]:
        """The marks that `people` who have written reach; at the last one nobody more can be answered."""
        return passed(people, self.people)

    def answers_strangers(self, sent: int, to_strangers: int) -> bool:
        """Whether one more answer to a stranger leaves enough for the others."""
        if not self.limit:
            return True
        within = 100 * to_strangers < STRANGERS_PERCENT * self.limit
        return within and not self.is_reserve(sent)

    def carries(self, push: Push, sent: int) -> bool:
        """Whether the app should carry this push; one about money or activation, or an answer, always."""
        return matters(push) or not self.is_reserve(sent)

    def is_reserve(self, sent: int) -> bool:
        """Whether what `sent` leaves is the reserve."""
        return bool(self.limit) and 100 * sent >= (100 - RESERVE_PERCENT) * self.limit


NO_QUOTA = MonthlyQuota()
"""An app that does not count has this one."""
