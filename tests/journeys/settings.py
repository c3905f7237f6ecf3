"""Settings of the journeys' station: as in production, on plain http and with worthless secrets.

DEBUG is off, because a page of Django's own in place of ours would make the tests look at the
wrong thing; the components' page is added, because it is checked like every other.
"""

from tests.settings import *  # noqa: F403 - settings build on settings

DEBUG = False
ROOT_URLCONF = "tests.journeys.urls"
WHITENOISE_USE_FINDERS = True
