"""A file that has passed the upload rules. Pure: every stage takes these, sensing makes them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanFile:
    """Re-encoded content, without the place it was taken; the sender's file name is not kept."""

    content_type: str
    content: bytes = field(repr=False)
