"""Models of the requests app, one noun a file."""

from requests_app.models.attachment import Attachment
from requests_app.models.completion import (
    CallAttempt,
    PersonalLink,
    Rating,
    Result,
    Review,
)
from requests_app.models.event import Anchor, Event
from requests_app.models.flag import Flag, Party
from requests_app.models.form_key import FormKey
from requests_app.models.grade import Grade, UrgencyLevel
from requests_app.models.item import Item, ItemClass
from requests_app.models.mediation import MediationSession, Participant
from requests_app.models.narrative import Identity, Narrative, RequestKey, SearchRow
from requests_app.models.playbook import Playbook, PlaybookStep
from requests_app.models.reading import Finding, Suggestion
from requests_app.models.request import Request
from requests_app.models.rule import RoutingRule, Rule
from requests_app.models.settlement import Claim, Instalment, Payment, Settlement
from requests_app.models.step import Step
from requests_app.models.timer import Timer

__all__ = [
    "Anchor",
    "Attachment",
    "CallAttempt",
    "Claim",
    "Event",
    "Finding",
    "Flag",
    "FormKey",
    "Grade",
    "Identity",
    "Instalment",
    "Item",
    "ItemClass",
    "MediationSession",
    "Narrative",
    "Participant",
    "Party",
    "Payment",
    "PersonalLink",
    "Playbook",
    "PlaybookStep",
    "Rating",
    "Request",
    "RequestKey",
    "Result",
    "Review",
    "RoutingRule",
    "Rule",
    "SearchRow",
    "Settlement",
    "Step",
    "Suggestion",
    "Timer",
    "UrgencyLevel",
]
