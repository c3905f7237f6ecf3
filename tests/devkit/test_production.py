"""What only shows under production's settings, asked of a process of its own."""

import os
import subprocess
import sys

from station.devkit.gates import production_environ
from station.devkit.places import CHECKOUT

# How Django tells of an answer with an error status, without drawing the page.
FAILING_PAGES = """
import django
django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import log_response
for status, address in ((500, "/broken/"), (404, "/13812345678/")):
    asked = RequestFactory().get(address)
    log_response("%s: %s", status, address, response=HttpResponse(status=status), request=asked)
"""


def test_an_error_page_leaves_a_trace_and_a_wrong_address_none() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING_PAGES],
        env={**os.environ, **production_environ(), "DJANGO_SETTINGS_MODULE": "station.settings"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "500: /broken/" in done.stderr
    assert "13812345678" not in done.stdout + done.stderr
