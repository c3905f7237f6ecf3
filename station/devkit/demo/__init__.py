"""The demo station: invented people, enterprises and requests, made by the real verbs."""
