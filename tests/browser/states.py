"""The requests that tests/browser/seed.py brings into being, by what is to be seen on them."""

LABELS = ("late", "listed", "fresh", "alarm", "in-review", "to-call", "closed")
