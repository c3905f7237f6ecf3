"""Unknown names fail in our templates and stay silent in other people's."""

import pytest
from django.conf import settings
from django.template import Context, Origin, Template

from tests.undefined import UndefinedTemplateName


def rendered(source: str, origin: str) -> str:
    return Template(source, origin=Origin(name=origin)).render(Context({"known": "甲"}))


def test_an_unknown_name_in_our_template_fails() -> None:
    ours = str(settings.BASE_DIR / "templates" / "front" / "x.html")
    assert rendered("{{ known }}", ours) == "甲"
    assert rendered("{% if unknown %}x{% endif %}", ours) == ""
    with pytest.raises(UndefinedTemplateName, match="unknown"):
        rendered("{{ unknown }}", ours)


def test_an_unknown_name_in_a_foreign_template_prints_nothing() -> None:
    assert rendered("{{ unknown }}", "/usr/lib/site-packages/admin/x.html") == ""
