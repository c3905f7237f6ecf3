"""Settings of the drills that send mail: the suite's own, with the station's real mailer."""

from station import settings
from tests.settings import *  # noqa: F403 - settings build on settings

MAILERS = settings.MAILERS  # the suite's own sends nothing
