"""``manage.py doctor``: what is wrong with this machine, in plain words."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from station.devkit.doctor import examine


class Command(BaseCommand):
    help = "检查本机 / tell in plain words what is wrong with this machine"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine(environ=os.environ)
        for finding in findings:
            mark = "✓" if finding.is_fine else "✗" if finding.is_fault else "!"
            self.stdout.write(f"{mark} {finding.text}")
        if any(finding.is_fault for finding in findings):
            sys.exit(1)
