"""How long attacks go on, and what they print."""

import os

LONG = os.environ.get("ATTACK") == "long"
"""Whether all of an attack is carried out (`make attack`); else as much as takes seconds."""


def tell(what: str, **counts: object) -> None:
    """Print the counts of an attack."""
    print(f"\n{what}: " + ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()))
