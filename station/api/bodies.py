"""What a body may be: JSON without tricks, and fields that refuse what they cannot keep."""

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any, Final

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError, UnsupportedMediaType, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from station.fields import UNSAVABLE, with_single_line_ends

NAME_SHOWN: Final = 40  # characters of an unknown field's name that are said back

_WORDS: Final = {
    "required": _("必填"),
    "null": _("不能是null"),
    "blank": _("不能为空"),
}


class OneFormat(DefaultContentNegotiation):
    """Answers in the view's one format, whatever a client says it accepts."""

    def select_renderer(  # type: ignore[override]  # the stubs want renderer classes
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type


class StrictJSON(JSONParser):
    """JSON in UTF-8. A repeated name is refused: two readers could see two different bodies."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever was sent
        """Return the parsed body. Raises ParseError, or UnsupportedMediaType for other charsets."""
        _type, parameters = parse_header_parameters(media_type or "")
        if parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type or "")
        try:
            text = stream.read().decode("utf-8")
            return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


class Body(serializers.Serializer[Any]):
    """A body of known fields. An unknown one is refused: a misspelt is_anonymous must not pass."""

    def to_internal_value(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the cleaned fields."""
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            problem = ErrorDetail(str(_("没有这个字段")), code="unknown")
            raise ValidationError({_shown(name): [problem] for name in unknown[:10]})
        cleaned: dict[str, Any] = super().to_internal_value(data)
        return cleaned


def _shown(name: str) -> str:
    return UNSAVABLE.sub("�", name)[:NAME_SHOWN]


def read_body(form: type[Body], request: Request, **context: object) -> dict[str, Any]:
    """Return the cleaned body of a request. Raises ValidationError (422)."""
    sent = request.data
    if not isinstance(sent, Mapping):
        raise ValidationError([ErrorDetail(str(_("请求体须是JSON对象")), code="invalid")])
    body = form(data=sent, context=context)
    body.is_valid(raise_exception=True)
    cleaned: dict[str, Any] = body.validated_data
    return cleaned


class Text(serializers.CharField):
    """A string that can be kept: no control characters, no halves of a surrogate pair."""

    default_error_messages = {
        **_WORDS,
        "invalid": _("须是文字"),
        "unsavable": _("有不能保存的字符"),
        "max_length": _("最多{max_length}字"),
    }

    def to_internal_value(self, data: object) -> str:
        """Return the trimmed text with single line ends. No number passes for a text."""
        if not isinstance(data, str):
            self.fail("invalid")
        text = with_single_line_ends(data)
        if UNSAVABLE.search(text):
            self.fail("unsavable")
        return super().to_internal_value(text)


class Choice(serializers.ChoiceField):
    """One of the known codes."""

    default_error_messages = {**_WORDS, "invalid_choice": _("不在可选的值里")}

    def to_internal_value(self, data: object) -> str:
        """Return the code."""
        if not isinstance(data, str):
            self.fail("invalid_choice")
        code: str = super().to_internal_value(data)
        return code


class Flag(serializers.BooleanField):
    """true or false; no 1, no "yes"."""

    default_error_messages = {**_WORDS, "invalid": _("须是true或false")}

    def to_internal_value(self, data: object) -> bool:
        """Return the flag."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data
