"""A registry of taxpayers in memory."""

from dataclasses import dataclass, field

from services.ports import Registered, RegistryAway


@dataclass
class ScriptedRegistry:
    """`services.ports.Registry` that knows `taxpayers` (name and address by tax code), and gives no answer
    about codes in `silent`."""

    taxpayers: dict[str, tuple[str, str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def find(self, tax_code: str) -> Registered | None:
        self.asked.append(tax_code)
        if tax_code in self.silent:
            raise RegistryAway("as told")
        found = self.taxpayers.get(tax_code)
        return Registered(tax_code, *found) if found else None
