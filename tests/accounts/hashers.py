from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    """Hashes fast and counts how often it was asked: one is the work of one log-in."""

    algorithm = "counting"
    hashes: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashes += 1
        return super().encode(password, salt)
