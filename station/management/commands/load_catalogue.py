from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.catalogue.loader import KeptRow, LoadReport, load_catalogue
from requests_app.catalogue.problems import CatalogueError
from requests_app.catalogue.wording import noun_label, problem_text


class Command(BaseCommand):
    help = "Load the shipped catalogue; rows that somebody edited are shown and left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Show what would change, change nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_catalogue(now=timezone.now(), dry_run=options["dry_run"])
        except CatalogueError as error:
            raise CommandError("\n".join(problem_text(each) for each in error.problems)) from error
        self._show(report, is_wordy=options["verbosity"] > 1)

    def _show(self, report: LoadReport, *, is_wordy: bool) -> None:
        if report.is_dry_run:
            self.stdout.write(_("试运行，没有写入。"))
        self.stdout.write(
            _(
                "诉求目录：新增 {inserted}，更新 {updated}，未变 {unchanged}，保留本地修改 {kept}。"
            ).format(
                inserted=len(report.inserted),
                updated=len(report.updated),
                unchanged=report.unchanged,
                kept=len(report.kept),
            )
        )
        if is_wordy or report.is_dry_run:
            for noun, code in (*report.inserted, *report.updated):
                self.stdout.write(f"  {noun_label(noun)} {code}")
        for row in report.kept:
            self._show_kept(row)

    def _show_kept(self, row: KeptRow) -> None:
        name = f"{noun_label(row.noun)} {row.code}"
        if row.is_withdrawn:
            self.stdout.write(_("  {name}：本地已停用，未恢复。").format(name=name))
        for each in row.differences:
            self.stdout.write(
                _("  {name}“{field}”：本地 {here}，出厂 {default}").format(
                    name=name, field=each.field, here=each.here, default=each.default
                )
            )
