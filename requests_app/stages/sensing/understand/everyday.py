"""Words that mean no enterprise, although one may be called so (everyday_words.toml). Pure."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("everyday_words.toml")


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """Return the words of life and work, the names like everyday words, and the places."""
    lists = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return frozenset(word for words in lists.values() for word in words)
