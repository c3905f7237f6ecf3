"""Models of the requests app, one noun a file."""

from requests_app.models.attachment import Attachment
from requests_app.models.event import Anchor, Event
from requests_app.models.flag import Flag, Party
from requests_app.models.form_key import FormKey
from requests_app.models.grade import Grade, UrgencyLevel
from requests_app.models.item import Item, ItemClass
from requests_app.models.narrative import Identity, Narrative, RequestKey, SearchRow
from requests_app.models.playbook import Playbook, PlaybookStep
from requests_app.models.reading import Finding, Suggestion
from requests_app.models.request import Request
from requests_app.models.rule import RoutingRule, Rule
from requests_app.models.timer import Timer

__all__ = [
    "Anchor",
    "Attachment",
    "Event",
    "Finding",
    "Flag",
    "FormKey",
    "Grade",
    "Identity",
    "Item",
    "ItemClass",
    "Narrative",
    "Party",
    "Playbook",
    "PlaybookStep",
    "Request",
    "RequestKey",
    "RoutingRule",
    "Rule",
    "SearchRow",
    "Suggestion",
    "Timer",
    "UrgencyLevel",
]
