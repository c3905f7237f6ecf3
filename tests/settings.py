"""Settings of the test suite: the station's own, with this run's services and fast hashing."""

import os

from station.devkit.services import name_test_run

os.environ.setdefault("DEVELOPMENT", "1")  # secrets of no worth, plain http, no collected files
name_test_run(environ=os.environ)

from station.settings import *  # noqa: E402, F403 - after the environment is complete
from station.settings import DATABASES  # noqa: E402

# Threads of live servers come and go; a pool would keep the test database busy at the end.
DATABASES["default"]["OPTIONS"].pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
