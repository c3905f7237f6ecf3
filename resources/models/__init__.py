"""Posts, offers, programmes and wishes: one noun a file."""

from resources.models.offer import Offer, ResourceKind
from resources.models.post import Post, PostKind, PostState
from resources.models.programme import Programme, ProgrammeKind
from resources.models.wish import Wish, WishState

__all__ = [
    "Offer",
    "Post",
    "PostKind",
    "PostState",
    "Programme",
    "ProgrammeKind",
    "ResourceKind",
    "Wish",
    "WishState",
]
