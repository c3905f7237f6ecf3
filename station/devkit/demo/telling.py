"""How a story becomes a report: who tells it, through which channel, with which photo."""

import io
from dataclasses import dataclass, field
from random import Random

from PIL import Image, ImageDraw

from members.models import Account, Unit
from requests_app.clean_file import CleanFile
from requests_app.stages.sensing.report import Report
from requests_app.stages.sensing.uploads import clean_file
from station.devkit.demo.enterprises import Firms
from station.devkit.demo.names import person_name, phone_number
from station.devkit.demo.people import People
from station.devkit.demo.stories import Story
from station.devkit.demo.territory import Units

PHONES_FROM = 80_000  # members and staff have other numbers
_AT_THE_DESK = frozenset({"counter", "hotline"})


@dataclass(slots=True)
class Teller:
    """Turns stories into reports; the same person tells a story again under the same phone."""

    units: Units
    firms: Firms
    people: People
    chance: Random
    _tellers: dict[str, tuple[str, str]] = field(default_factory=dict)

    def report_of(self, story: Story) -> Report:
        """Return the report of a story, with an invented name and phone unless anonymous."""
        station = self.station_of(story)
        name, phone = ("", "") if story.anonymous else self._person(story)
        return Report(
            station_id=station.pk,
            station_code=station.code,
            channel=story.channel,
            applicant_kind=story.kind,
            story=story.text,
            employer=story.typed or (self.firms.cast[story.firm].short_name if story.firm else ""),
            topic=story.class_code if story.topic else "",
            name=name,
            phone=phone,
            approach=story.approach,
            is_anonymous=story.anonymous,
            files=(wage_sheet(),) if story.is_reference else (),
            form_key=f"{self.chance.getrandbits(128):032x}",
        )

    def registrar_of(self, story: Story) -> Account | None:
        """Return who wrote the story down; nobody did what a worker sent from a phone."""
        if story.channel == "form":
            return None
        if story.far:
            return self.people["songyu"]
        return self.people["xuwen" if story.channel in _AT_THE_DESK else "zhoumin"]

    def station_of(self, story: Story) -> Unit:
        """Return the station where the story is told."""
        return self.units.other_station if story.far else self.units.station

    def _person(self, story: Story) -> tuple[str, str]:
        known = self._tellers.get(story.repeats)
        if known is None:
            known = person_name(self.chance), phone_number(PHONES_FROM + len(self._tellers))
        self._tellers[story.text] = known
        return known


def wage_sheet() -> CleanFile:
    """Draw the photo of a wage sheet with empty cells, and pass it through the upload rules."""
    image = Image.new("RGB", (900, 640), "#f4efe4")
    pen = ImageDraw.Draw(image)
    pen.rectangle((50, 40, 850, 600), fill="#fffdf8", outline="#8d8678", width=2)
    pen.rectangle((50, 40, 850, 92), fill="#e6dfd0")
    for row in range(92, 600, 46):
        pen.line((50, row, 850, row), fill="#b9b1a0", width=2)
    for column in (130, 330, 500, 670):
        pen.line((column, 40, column, 600), fill="#b9b1a0", width=2)
    for row in range(10):
        pen.line((150, 120 + row * 46, 230 + row % 4 * 18, 120 + row * 46), fill="#5f5a50", width=7)
        pen.line((350, 120 + row * 46, 420, 120 + row * 46), fill="#5f5a50", width=7)
    raw = io.BytesIO()
    image.save(raw, format="PNG")
    return clean_file("wage-sheet.png", raw.getvalue())
