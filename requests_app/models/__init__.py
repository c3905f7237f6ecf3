"""Models of the requests app, one noun a file."""

from requests_app.models.attachment import Attachment
from requests_app.models.event import Anchor, Event
from requests_app.models.form_key import FormKey
from requests_app.models.narrative import Identity, Narrative, RequestKey, SearchRow
from requests_app.models.reading import Finding, Suggestion
from requests_app.models.request import Request
from requests_app.models.timer import Timer

__all__ = [
    "Anchor",
    "Attachment",
    "Event",
    "Finding",
    "FormKey",
    "Identity",
    "Narrative",
    "Request",
    "RequestKey",
    "SearchRow",
    "Suggestion",
    "Timer",
]
