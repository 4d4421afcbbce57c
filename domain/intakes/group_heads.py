"""Headings of two lines: that of a group ("Giám đốc") over those of its columns ("Họ tên", "SĐT")."""

from collections.abc import Sequence

from domain.intakes.columns import are_headings, meaning_of
from domain.text import fold


def headings_at(rows: Sequence[Sequence[str]], at: int) -> tuple[Sequence[str], int]:
    """The headings that stand in row `at`, and the place of the first row below them.

    Where two columns have one meaning, each is told with the heading of its group.
    """
    for above, below in ((at - 1, at), (at, at + 1)):
        if above < 0 or below == len(rows):
            continue
        groups, heads = rows[above], rows[below]
        if _repeats(heads) and are_headings("\t".join(filter(None, heads))) and _may_be_groups(groups):
            return _joined(groups, heads), below + 1
    return rows[at], at + 1


def _repeats(heads: Sequence[str]) -> bool:
    fields = [meaning.field for head in heads if (meaning := meaning_of(head)) and meaning.field]
    return len(fields) > len(set(fields))


def _may_be_groups(groups: Sequence[str]) -> bool:
    texts = [text for text in groups if text.strip()]
    return len(texts) > 1 and not any(map(str.isdigit, "".join(texts)))


def _joined(groups: Sequence[str], heads: Sequence[str]) -> list[str]:
    found, group = [], ""
    for place in range(max(len(groups), len(heads))):
        own = groups[place].strip() if place < len(groups) else ""
        head = heads[place].strip() if place < len(heads) else ""
        group = (own or group) if head else ""
        found.append(" ".join(dict.fromkeys([group, head])) if head and fold(group) != fold(head) else own)
    return found
