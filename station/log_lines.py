"""How a line of any log is written: like Python's own, without the token of a personal link.

An address is a secret where it is a personal link, and addresses reach logs in many ways: an
error page, a traceback, a request the web server could not read. So the finished line is
looked at, whoever wrote it.
"""

import logging
import re

# What follows /l/ up to the end of the path, also where a client sent it half or badly.
_PERSONAL_LINK = re.compile(r"/l/[^/\s?#\"']+")


class DiscreetFormatter(logging.Formatter):
    """Python's formatter; traceback and stack are part of the line it looks at."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with every personal link cut short."""
        return _PERSONAL_LINK.sub("/l/…", super().format(record))
