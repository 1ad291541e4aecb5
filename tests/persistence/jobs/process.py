"""A worker as a process of its own, to be killed: `python -m tests.persistence.jobs.process URL SMTP_PORT`."""

from __future__ import annotations

import asyncio
import sys

from persistence.connection import DatabaseOptions
from persistence.jobs.worker import JobWorker
from tests.persistence.jobs.running import QUICK, mail_jobs

if __name__ == "__main__":
    asyncio.run(JobWorker(DatabaseOptions(sys.argv[1]), mail_jobs(int(sys.argv[2])), QUICK).run())
