"""Finds the message ids in our sources and keeps the English catalogue in step with them.

A bare machine has no gettext tools, so extraction is ours: Python through ``ast``, templates
through Django's own ``templatize``. JavaScript carries no words. The order and the places
depend on the sources alone: no line numbers, no dates, no paths of this machine.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

import polib
from django.utils.translation.template import templatize

from station.devkit.places import CHECKOUT

SOURCES = ("members", "resources", "requests_app", "station")
TEMPLATES = "templates"
CATALOGUE = CHECKOUT / "locale" / "en" / "LC_MESSAGES" / "django.po"
METADATA = {
    "Project-Id-Version": "gongqingtong",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
PLURAL_FORMS = (0, 1)  # one, and every other number
HEADER = (
    "English words of the portal; the message ids are Chinese.\n"
    "Keep in step with `manage.py makecatalogue`, check with `manage.py catalogue_check`."
)
# Positions of (context, singular, plural) among the arguments of each call.
CALLS: Mapping[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
CHINESE_MARK = re.compile(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z]")
# Three words in a row, the first two written out: a sentence, not a key or an acronym.
ENGLISH_SENTENCE = re.compile(r"\b[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}[ ,]+[A-Za-z]+")
# A percentage before a letter ("50% of") is words, so a space is no flag here.
PERCENT = re.compile(r"%(?:\(\w+\))?[-+#0-9.]*[a-zA-Z]")

FILLED = re.compile(rf"{PERCENT.pattern}|{{[^{{}}]*}}")
QUOTED = re.compile(r"“[^”]*”")  # a name in its own words, as on a Chinese letter
PRODUCT = "工情通"
# The living pages of components show invented Chinese cases in every language.
SAMPLES = ("desk/design_desk.html", "desk/design_front.html")
WIDTH = 100

type Key = tuple[str, str]  # context ("" for none), message id


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message id and the files that use it, relative to the checkout."""

    msgid: str
    plural: str = ""
    context: str = ""
    places: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What tells this message from another."""
        return self.context, self.msgid


class UnreadableSource(Exception):
    """A marked text that the machine cannot read: an f-string, or two different plurals."""


# ---- reading the sources ------------------------------------------------------------


def messages_of(checkout: Path = CHECKOUT) -> dict[Key, Message]:
    """Return every message of ``checkout`` in order of file and place."""
    found: dict[Key, Message] = {}
    for path in source_files(checkout):
        place = path.relative_to(checkout).as_posix()
        text = path.read_text(encoding="utf-8")
        read = messages_in_template if path.suffix == ".html" else messages_in_python
        for each in read(text, place):
            merge(found, each)
    return found


def source_files(checkout: Path) -> list[Path]:
    """List the Python files of our packages and the templates, in a fixed order."""
    python = (
        path
        for package in SOURCES
        for path in (checkout / package).rglob("*.py")
        if "migrations" not in path.parts
    )
    return sorted([*python, *(checkout / TEMPLATES).rglob("*.html")])


def merge(found: dict[Key, Message], fresh: Message) -> None:
    """Add ``fresh``, joining the places; a singular and a plural use of one id are one entry."""
    known = found.setdefault(fresh.key, fresh)
    if known.plural and fresh.plural and known.plural != fresh.plural:
        raise UnreadableSource(f"{fresh.places[0]}: {fresh.msgid!r} has two plurals")
    found[fresh.key] = replace(
        known,
        plural=known.plural or fresh.plural,
        places=tuple(dict.fromkeys(known.places + fresh.places)),
    )


def messages_in_python(text: str, place: str) -> Iterator[Message]:
    """Yield the messages of a module: gettext's functions, their aliases, and a local ``_``.

    A pure module may not import Django; its own ``def _(message)`` marks its words.
    """
    tree = ast.parse(text)
    names = marker_names(tree)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        shape = CALLS.get(names.get(called_name(call.func), ""))
        if shape is not None:
            yield from message_of_call(call, shape, place)


def marker_names(tree: ast.Module) -> dict[str, str]:
    """Map the names that a module gives to gettext's functions to their real names."""
    names = {name: name for name in CALLS} | {"_": "gettext"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {each.asname: each.name for each in node.names if each.asname}
    return names


def called_name(function: ast.expr) -> str:
    """Return the last name of what is called: ``gettext`` of ``translation.gettext``."""
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def message_of_call(
    call: ast.Call, shape: tuple[int | None, int, int | None], place: str
) -> Iterator[Message]:
    """Yield the message of one call; a variable is somebody else's literal and yields nothing."""
    context, singular, plural = (literal_at(call, index, place) for index in shape)
    if singular is not None:
        yield Message(msgid=singular, plural=plural or "", context=context or "", places=(place,))


def literal_at(call: ast.Call, index: int | None, place: str) -> str | None:
    """Return the string written at ``index``; text put together at run time is refused."""
    if index is None or index >= len(call.args):
        return None
    argument = call.args[index]
    if isinstance(argument, ast.JoinedStr | ast.BinOp):
        raise UnreadableSource(
            f"{place}:{call.lineno}: mark a plain string, fill it in afterwards: "
            f"{ast.unparse(call)}"
        )
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None


TEMPLATE_CALL = re.compile(r"(?<![\w.])(?:n?p?gettext|_)\(")


def messages_in_template(text: str, place: str) -> Iterator[Message]:
    """Yield the messages of a template, as Django itself would look them up."""
    told = templatize(text, origin=place)
    for found in TEMPLATE_CALL.finditer(told):
        call = ast.parse(told[found.start() : end_of_call(told, found.end())], mode="eval").body
        if isinstance(call, ast.Call):
            name = called_name(call.func).replace("_", "gettext")
            yield from message_of_call(call, CALLS[name], place)


def end_of_call(text: str, start: int) -> int:
    """Return where the bracket opened before ``start`` closes; quoted brackets do not count."""
    depth, quote, at = 1, "", start
    while depth and at < len(text):
        letter = text[at]
        if quote:
            at += letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        else:
            depth += (letter == "(") - (letter == ")")
        at += 1
    return at


# What may hold Chinese in a template: comments, marked words, and words that name their language.
MARKED = (
    re.compile(r"{#.*?#}"),
    re.compile(r"{% comment\b.*?{% endcomment %}", re.DOTALL),
    re.compile(r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}", re.DOTALL),
    re.compile(r"""{% trans(?:late)? (?:"[^"]*"|'[^']*')"""),
    re.compile(r"""\b_\((?:"[^"]*"|'[^']*')\)"""),
    re.compile(r"""<(\w+)[^>]*\blang="zh[^>]*>.*?</\1>""", re.DOTALL),
)


def unmarked_in_template(text: str) -> list[str]:
    """Return the runs of Chinese that a template shows to every reader, whatever the language."""
    for marked in MARKED:
        text = marked.sub("", text)
    runs = re.findall(rf"[^\s<>\"{{}}]*{HAN.pattern}[^\s<>\"{{}}]*", text)
    return [run for run in runs if run != PRODUCT]


# ---- the catalogue ------------------------------------------------------------------


def open_catalogue(path: Path = CATALOGUE) -> polib.POFile:
    """Read the catalogue; an empty one when there is none yet."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=WIDTH)
    return polib.POFile(wrapwidth=WIDTH)


def renewed(messages: Mapping[Key, Message], old: polib.POFile) -> polib.POFile:
    """Return the catalogue for ``messages``: old words kept, dead entries gone, sources' order."""
    words = {key_of(entry): entry for entry in old if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=WIDTH)
    fresh.header = HEADER
    fresh.metadata = dict(METADATA)
    fresh.extend(entry_of(each, words.get(each.key)) for each in messages.values())
    return fresh


def key_of(entry: polib.POEntry) -> Key:
    """Return the key of an entry of the catalogue."""
    return entry.msgctxt or "", entry.msgid


def entry_of(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    """Return the entry of ``message`` with the words of ``old``, where it has any."""
    entry = polib.POEntry(
        msgid=message.msgid,
        msgctxt=message.context or None,
        msgid_plural=message.plural,
        occurrences=[(place, "") for place in message.places],
        flags=["python-format"] if PERCENT.search(message.msgid) else [],
        comment=old.comment if old else "",
        tcomment=old.tcomment if old else "",
    )
    if old and old.fuzzy:
        entry.flags.append("fuzzy")
    kept = words_of(old) if old else []
    if message.plural:
        entry.msgstr_plural = {n: kept[min(n, len(kept) - 1)] if kept else "" for n in PLURAL_FORMS}
    else:
        entry.msgstr = kept[-1] if kept else ""
    return entry


def words_of(entry: polib.POEntry) -> list[str]:
    """Return the translation: one text, or singular and plural."""
    if entry.msgid_plural:
        return [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)]
    return [entry.msgstr]


# ---- what is wrong ------------------------------------------------------------------


def faults_of(messages: Mapping[Key, Message], catalogue: Iterable[polib.POEntry]) -> list[str]:
    """Return one line for each fault of the catalogue against the sources; none means fit."""
    entries = {key_of(entry): entry for entry in catalogue}
    faults = [f"dead: {key[1]!r}" for key in entries if key not in messages]
    for message in messages.values():
        where = f"{message.msgid!r} ({', '.join(message.places)})"
        faults += [f"{fault}: {where}" for fault in faults_of_msgid(message.msgid)]
        entry = entries.get(message.key)
        if entry is None:
            faults.append(f"missing: {where}")
        else:
            faults += [f"{fault}: {where}" for fault in faults_of_entry(message, entry)]
    return faults


def faults_of_msgid(msgid: str) -> Iterator[str]:
    """Say why a message id is not Chinese."""
    words = FILLED.sub("", msgid)
    if LATIN.search(words) and not HAN.search(words):
        yield "not Chinese"
    elif ENGLISH_SENTENCE.search(words):
        yield "English inside"


def faults_of_entry(message: Message, entry: polib.POEntry) -> Iterator[str]:
    """Say what is wrong with the English words of one message."""
    if entry.obsolete:
        yield "dead"
    if entry.fuzzy:
        yield "fuzzy"
    if (entry.msgid_plural or "") != message.plural:
        yield "plural changed"
        return
    words = words_of(entry)
    if message.plural and len(words) != len(PLURAL_FORMS):
        yield "plural forms"
    for text in words:
        yield from faults_of_words(text, message.msgid)


def faults_of_words(text: str, msgid: str) -> Iterator[str]:
    """Say what is wrong with one English text."""
    if not text.strip():
        yield "empty"
        return
    if placeholders(text) != placeholders(msgid):
        yield f"placeholders differ in {text!r}"
    if CHINESE_MARK.search(QUOTED.sub("", text)):
        yield f"Chinese left in {text!r}"


def placeholders(text: str) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Return what gets filled in: named, positional (order counts), and braces (sorted)."""
    plain = text.replace("%%", "")
    found = PERCENT.findall(plain)
    named = frozenset(each for each in found if "(" in each)
    try:
        braces = sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        braces = ["unbalanced"]
    return named, tuple(each for each in found if "(" not in each), tuple(braces)


def unmarked_words(checkout: Path = CHECKOUT) -> list[str]:
    """Return one line for each Chinese text that a template shows without marking it."""
    return [
        f"unmarked: {run!r} ({path.relative_to(checkout).as_posix()})"
        for path in source_files(checkout)
        if path.suffix == ".html" and not path.as_posix().endswith(SAMPLES)
        for run in unmarked_in_template(path.read_text(encoding="utf-8"))
    ]
