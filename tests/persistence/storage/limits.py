"""What the callers of a test may do with uploads."""

from __future__ import annotations

import time

from domain.limits import UPLOADS, parse_rule
from domain.storage.uploads import UploadLimits
from persistence.rate_limits import CountingRateLimiter
from persistence.window_counters import WindowCounters


def upload_limits(*, rate: str = "off", most: int = 1000, seconds: float = 3600) -> UploadLimits:
    """Limits of each caller; those of the settings are not reached."""
    return UploadLimits(CountingRateLimiter({UPLOADS: parse_rule(rate)}, WindowCounters(time.monotonic)), most, seconds)
