"""The English catalogue: what is read from the sources, and every fault the check knows."""

from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.translation import gettext, ngettext, override

from station.desk.words import today_words
from station.devkit import messages
from station.devkit.messages import (
    Message,
    UnreadableSource,
    entry_of,
    faults_of,
    messages_in_python,
    messages_in_template,
    messages_of,
    open_catalogue,
    renewed,
    unmarked_in_template,
    unmarked_words,
)
from station.templatetags.portal_ui import moment_words


def keyed(*found: Message) -> dict[messages.Key, Message]:
    return {each.key: each for each in found}


def written(**words: object) -> polib.POEntry:
    return polib.POEntry(**words)


# ---- reading ---------------------------------------------------------------------------

PYTHON = {
    '_("工资")': [("", "工资", "")],
    'def _(m): return m\nX = _("感知")': [("", "感知", "")],
    'from django.utils.translation import gettext_lazy as words\nwords("处置")': [("", "处置", "")],
    'translation.gettext("一" "二")': [("", "一二", "")],
    'ngettext("%(n)d日", "%(n)d天", n)': [("", "%(n)d日", "%(n)d天")],
    'pgettext("用人单位", "单位")': [("用人单位", "单位", "")],
    'npgettext("钱", "%d元", "%d元", n)': [("钱", "%d元", "%d元")],
    'gettext_noop("办结")': [("", "办结", "")],
    "gettext(label)": [],  # the literal stands elsewhere
    '"工资"': [],
    '_("二")\n_("一")': [("", "二", ""), ("", "一", "")],
}


@pytest.mark.parametrize("source", PYTHON)
def test_python_is_read(source: str) -> None:
    found = messages_in_python(source, "a.py")
    assert [(each.context, each.msgid, each.plural) for each in found] == PYTHON[source]


@pytest.mark.parametrize("source", ['_(f"还有{n}件")', '_("还有%d件" % n)', '_("还有" + rest)'])
def test_text_put_together_at_run_time_is_refused(source: str) -> None:
    with pytest.raises(UnreadableSource, match=r"a\.py:1"):
        list(messages_in_python(source, "a.py"))


TEMPLATE = {
    '{% translate "查进度" %}': [("", "查进度", "")],
    "{% translate '查进度' as word %}": [("", "查进度", "")],
    '{% translate "签收" context "按钮" %}': [("按钮", "签收", "")],
    '{% translate "50%" %}': [("", "50%%", "")],
    "{% blocktranslate with n=x.n %}共{{ n }}件{% endblocktranslate %}": [("", "共%(n)s件", "")],
    "{% blocktranslate trimmed %}\n  一行\n  两行\n{% endblocktranslate %}": [
        ("", "一行 两行", "")
    ],
    "{% blocktranslate count n=n %}{{ n }}件{% plural %}{{ n }}件的{% endblocktranslate %}": [
        ("", "%(n)s件", "%(n)s件的")
    ],
    '{% blocktranslate count n=n context "钱" %}'
    "{{ n }}元{% plural %}{{ n }}块{% endblocktranslate %}": [("钱", "%(n)s元", "%(n)s块")],
    '{% panel _("时限") %}{{ x|default:_("没有") }}{{ _("括号（）)") }}': [
        ("", "时限", ""),
        ("", "没有", ""),
        ("", "括号（）)", ""),
    ],
    '{# {% translate "旧话" %} #}{% comment %}{% translate "旧话" %}{% endcomment %}': [],
    '{% translate "说“好”了，it\'s" %}': [("", "说“好”了，it's", "")],
}


@pytest.mark.parametrize("source", TEMPLATE)
def test_templates_are_read_as_django_looks_them_up(source: str) -> None:
    found = messages_in_template(source, "a.html")
    assert [(each.context, each.msgid, each.plural) for each in found] == TEMPLATE[source]


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("<p>您好</p>", ["您好"]),
        ('<a title="打开">{{ x }}</a>', ["打开"]),
        ('{% include "x.html" with word="承办" %}', ["承办"]),
        ('{% translate "您好" %}', []),
        ("{% blocktranslate %}您好{% endblocktranslate %}", []),
        ("{# 您好 #}", []),
        ('<b lang="zh-hans">简体中文</b>', []),
        ("<b>工情通</b>", []),
    ],
)
def test_chinese_without_a_mark_is_seen(source: str, runs: list[str]) -> None:
    assert unmarked_in_template(source) == runs


# ---- keeping the file --------------------------------------------------------------------


def test_renewing_keeps_words_drops_the_dead_and_adds_the_new() -> None:
    old = polib.POFile()
    old.append(written(msgid="工资", msgstr="Wages", tcomment="as on the form"))
    old.append(written(msgid="旧话", msgstr="Old words"))
    found = keyed(
        Message(msgid="新话", places=("a.py",)), Message(msgid="工资", places=("a.py", "b.html"))
    )
    fresh = renewed(found, old)
    assert [(entry.msgid, entry.msgstr) for entry in fresh] == [("新话", ""), ("工资", "Wages")]
    assert fresh[1].tcomment == "as on the form"
    assert fresh[1].occurrences == [("a.py", ""), ("b.html", "")]


def test_renewing_gives_a_new_plural_both_forms() -> None:
    old = polib.POFile()
    old.append(written(msgid="%(n)d人", msgstr="%(n)d people"))
    found = keyed(Message(msgid="%(n)d人", plural="%(n)d人"))
    assert renewed(found, old)[0].msgstr_plural == {0: "%(n)d people", 1: "%(n)d people"}


def test_renewing_twice_changes_nothing(tmp_path: Path) -> None:
    first, second = tmp_path / "first.po", tmp_path / "second.po"
    found = messages_of()
    renewed(found, open_catalogue()).save(str(first))
    renewed(found, open_catalogue(first)).save(str(second))
    text = first.read_text(encoding="utf-8")
    assert text == second.read_text(encoding="utf-8")
    assert "-Date:" not in text
    assert str(messages.CHECKOUT) not in text


def test_one_id_with_two_plurals_is_refused() -> None:
    found: dict[messages.Key, Message] = {}
    messages.merge(found, Message(msgid="件", plural="件们", places=("a.py",)))
    with pytest.raises(UnreadableSource, match="two plurals"):
        messages.merge(found, Message(msgid="件", plural="些件", places=("b.py",)))


# ---- the check ---------------------------------------------------------------------------

WAGES = Message(msgid="工资", places=("a.py",))
FILLED = Message(msgid="还有%(n)d件", places=("a.py",))
COUNTED = Message(msgid="%(n)d日", plural="%(n)d日", places=("a.py",))
FAULTY: dict[str, tuple[Message, polib.POEntry | None]] = {
    "missing": (WAGES, None),
    "empty": (WAGES, written(msgid="工资", msgstr=" ")),
    "fuzzy": (WAGES, written(msgid="工资", msgstr="Wages", flags=["fuzzy"])),
    "dead": (WAGES, written(msgid="工资", msgstr="Wages", obsolete=True)),
    "Chinese left in 'Wages，'": (WAGES, written(msgid="工资", msgstr="Wages，")),
    "placeholders differ in '%(m)d left'": (
        FILLED,
        written(msgid="还有%(n)d件", msgstr="%(m)d left"),
    ),
    "placeholders differ in 'some left'": (
        FILLED,
        written(msgid="还有%(n)d件", msgstr="some left"),
    ),
    "placeholders differ in '%(n)s left'": (
        FILLED,
        written(msgid="还有%(n)d件", msgstr="%(n)s left"),
    ),
    "placeholders differ in '%d of %s'": (
        Message(msgid="%s的%d", places=("a.py",)),
        written(msgid="%s的%d", msgstr="%d of %s"),
    ),
    "placeholders differ in '{row}: gone'": (
        Message(msgid="{line}：没有", places=("a.py",)),
        written(msgid="{line}：没有", msgstr="{row}: gone"),
    ),
    "placeholders differ in 'row {line: gone'": (
        Message(msgid="{line}：没有", places=("a.py",)),
        written(msgid="{line}：没有", msgstr="row {line: gone"),
    ),
    "plural changed": (COUNTED, written(msgid="%(n)d日", msgstr="%(n)d days")),
    "plural forms": (
        COUNTED,
        written(msgid="%(n)d日", msgid_plural="%(n)d日", msgstr_plural={0: "%(n)d day"}),
    ),
    "not Chinese": (
        Message(msgid="Wages", places=("a.py",)),
        written(msgid="Wages", msgstr="Wages"),
    ),
    "English inside": (
        Message(msgid="工资 are paid monthly", places=("a.py",)),
        written(msgid="工资 are paid monthly", msgstr="Wages are paid monthly"),
    ),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_the_check_sees_a_fault(fault: str) -> None:
    message, entry = FAULTY[fault]
    found = faults_of(keyed(message), [entry] if entry else [])
    assert found == [f"{fault}: {message.msgid!r} (a.py)"]


def test_the_check_sees_an_entry_that_no_source_uses() -> None:
    assert faults_of({}, [written(msgid="旧话", msgstr="Old")]) == ["dead: '旧话'"]


@pytest.mark.parametrize(
    ("msgid", "msgstr"),
    [
        ("工资", "Wages"),
        ("还有%(n)d件，共%(all)d件", "%(all)d in all, %(n)d left"),  # named ones may change places
        ("办到50%%", "50%% done"),
        ("{a}比{b}", "{b} than {a}"),
        ("；", "; "),
        ("看清“工情通”", "Look for “工情通”"),  # a name in its own words
        ("用manage.py load_catalogue", "Use manage.py load_catalogue"),
    ],
)
def test_the_check_lets_good_words_pass(msgid: str, msgstr: str) -> None:
    message = Message(msgid=msgid, places=("a.py",))
    assert faults_of(keyed(message), [written(msgid=msgid, msgstr=msgstr)]) == []


def test_the_command_fails_with_the_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    short = open_catalogue()
    gone = short.pop(0)
    short.save(str(tmp_path / "short.po"))
    monkeypatch.setattr(
        "station.management.commands.catalogue_check.open_catalogue",
        lambda: open_catalogue(tmp_path / "short.po"),
    )
    with pytest.raises(CommandError, match="makecatalogue"):
        call_command("catalogue_check")
    assert f"missing: {gone.msgid!r}" in capsys.readouterr().out


# ---- ours --------------------------------------------------------------------------------


def test_our_catalogue_is_whole() -> None:
    assert [*faults_of(messages_of(), open_catalogue()), *unmarked_words()] == []


def test_both_languages_count() -> None:
    with override("en"):
        assert ngettext("%(n)d日", "%(n)d日", 1) % {"n": 1} == "1 day"
        assert ngettext("%(n)d日", "%(n)d日", 0) % {"n": 0} == "0 days"
        assert gettext("诉求") == "Request"
    with override("zh-hans"):
        assert ngettext("%(n)d日", "%(n)d日", 2) % {"n": 2} == "2日"
        assert gettext("诉求") == "诉求"


@pytest.mark.django_db
def test_the_switch_is_kept_in_a_cookie(client: Client) -> None:
    for language, heading in (("en", "Display settings"), ("zh-hans", "显示设置")):
        answer = client.post("/preferences/", {"language": language, "next": "/preferences/"})
        assert answer.headers["Location"] == "/preferences/"
        page = client.get("/preferences/")
        assert f'<html lang="{language}"' in page.content.decode()
        assert f"<h1>{heading}</h1>" in page.content.decode()
        assert page.headers["Content-Language"] == language


def test_days_are_said_in_the_reader_s_order() -> None:
    moment = datetime(2025, 11, 20, 12, tzinfo=UTC)
    with override("en"):
        assert moment_words(moment) == "Thu 20 November 2025, 20:00"
        assert today_words(moment) == "Thursday, 20 November 2025"
    with override("zh-hans"):
        assert moment_words(moment) == "2025年11月20日 周四 20:00"
        assert today_words(moment) == "2025年11月20日 星期四"


def test_entries_with_placeholders_are_flagged() -> None:
    assert entry_of(FILLED, None).flags == ["python-format"]
    assert entry_of(WAGES, None).flags == []
