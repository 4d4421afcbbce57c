"""Which 12 digits may be a personal ID (Decree 137/2015 art. 13), also without the zeros in front."""

_CODES = """
001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038
040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083
084 086 087 089 091 092 093 094 095 096"""
_PROVINCES = frozenset(_CODES.split())
_CENTURY_AND_SEX = "0123"
"""Born from 1900 to 2099; the mergers of provinces of 2025 changed no ID that was given out."""


def is_likely_personal_id(digits: str) -> bool:
    """Whether province, century and sex fit; the ID of somebody born abroad does not, and is right."""
    return len(digits) == 12 and digits[:3] in _PROVINCES and digits[3] in _CENTURY_AND_SEX


def with_lost_zeros(digits: str) -> str | None:
    """The likely personal ID that ten digits are without its two zeros; `None` if they are none."""
    restored = f"00{digits}"
    return restored if len(digits) == 10 and digits[0] != "0" and is_likely_personal_id(restored) else None
