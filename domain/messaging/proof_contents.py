"""What the messages say by which people prove an address."""

from dataclasses import dataclass

from domain.messaging.contents import PushContent


@dataclass(frozen=True, slots=True)
class ProofCodeContent(PushContent):
    """A code to be typed in the chat within `minutes`."""

    code: str
    minutes: int
