"""The one frozen value that every channel builds and every intake passes on. Pure."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field

from requests_app.clean_file import CleanFile

STORY_MAX = 2000  # characters; the form says so beside the field
EMPLOYER_MAX = 80
NAME_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was said, by whom and how, before it becomes a request.

    An anonymous report carries no name and no phone. ``form_key`` is what the form was drawn
    with; the same key and body give the same receipt.
    """

    station_id: int
    station_code: str
    channel: str
    applicant_kind: str
    story: str = field(repr=False)
    employer: str = field(default="", repr=False)
    topic: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    approach: str = "none"
    is_anonymous: bool = False
    files: tuple[CleanFile, ...] = ()
    form_key: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.is_anonymous and (self.name or self.phone):
            raise ValueError("an anonymous report carries no name and no phone")
        if not self.story.strip():
            raise ValueError("a report says what happened")
        if not self.form_key:
            raise ValueError("a report carries the key of its form")

    def digest(self, *, key: bytes) -> bytes:
        """Return the keyed digest (32 bytes) of everything the sender wrote or attached."""
        body = [
            self.station_id,
            self.channel,
            self.applicant_kind,
            self.story,
            self.employer,
            self.topic,
            self.name,
            self.phone,
            self.approach,
            self.is_anonymous,
            [hashlib.sha256(each.content).hexdigest() for each in self.files],
        ]
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return hmac.digest(key, text, hashlib.sha256)
