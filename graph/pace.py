"""How slowly clients may send and take."""

from __future__ import annotations

from math import ceil


class Pace:
    """Holds what one client moves, while it is waited for, against the least that it has to.

    Only time that the client is waited for counts: what the server takes its own time with is not the client's doing.
    As soon as enough has moved, counting begins anew, so that nobody is quick for a while and drips from then on.

    Attributes:
        least: bytes that have to move in `seconds`.
        seconds: of waiting, after which it is looked at.
    """

    def __init__(self, rate: float, seconds: float) -> None:
        """`rate` is in bytes a second, on the average over `seconds`; 0: any, as long as something moves."""
        self.least = max(1, ceil(rate * seconds))
        self.seconds = seconds
        self._moved = 0
        self._waited = 0.0

    @property
    def left(self) -> float:
        """Seconds that the client may be waited for before it is looked at."""
        return max(0.0, self.seconds - self._waited)

    @property
    def is_lost(self) -> bool:
        """Whether too little has moved for too long."""
        return self._waited >= self.seconds

    @property
    def shortfall(self) -> str:
        """What has moved, in words, once it is lost."""
        return f"less than {self.least} bytes" if self._moved else "nothing"

    def count(self, moved: int, waited: float) -> None:
        """So many bytes have moved while the client was waited for so many seconds."""
        self._moved += moved
        self._waited += waited
        if self._moved >= self.least:
            self._moved, self._waited = 0, 0.0
