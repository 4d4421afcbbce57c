"""Words that differ by a slip of the finger."""

_SHORTEST = 4


def is_near(typed: str, meant: str) -> bool:
    """Whether one letter too many, too few or wrong, or two letters exchanged, make `typed` of `meant`.

    Short words are too often near to another one, so they have to be right.
    """
    if typed == meant or min(len(typed), len(meant)) < _SHORTEST or abs(len(typed) - len(meant)) > 1:
        return False
    start = next((at for at, pair in enumerate(zip(typed, meant, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    left, right = typed[start:], meant[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )
