"""The living page: every component in every state. Only in development; asks no database.

All names, firms and figures are invented.
"""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from station.desk import design_handling as handling
from station.parts import (
    Chip,
    Clock,
    Crumb,
    Entry,
    Figure,
    Finding,
    Light,
    Move,
    QueueGroup,
    QueueRow,
    Stage,
    Step,
    Tile,
    View,
)

SURFACES = ("desk", "front")
ERRORS = ("400", "403", "403_csrf", "404", "413", "429", "500")

LIGHTS = (
    (Light(code="green", word="剩6日"), Light(code="green", word="剩6个工作日"), "已用不到70%"),
    (
        Light(code="amber", word="剩1日"),
        Light(code="amber", word="剩1个工作日"),
        "已用70%以上，或只剩1个工作日",
    ),
    (
        Light(code="red", word="超期2日"),
        Light(code="red", word="超期2个工作日"),
        "过了期限，不变回",
    ),
    (
        Light(code="paused", word="中止计时"),
        Light(code="paused", word="中止计时"),
        "等待补充、分期履行、挂账",
    ),
    (Light(code="none", word="未起算"), Light(code="none", word="未起算"), "未受理"),
    (Light(code="done", word="按时"), Light(code="done", word="按时办结"), "在期限内办结"),
)

NARRATIVE = (
    "我们是云桥路餐厅的员工，店里二十个人从七月份开始就没发过工资，加起来有四十多万。"
    "这几天老板在找人看店面，说要转让，冷库里的设备也在往外搬。"
    "大家怕他把店一关就找不到人了，想请工会帮忙问一下。"
)


def _finding(label: str, value: str, reason: str, words: str, **facts: str) -> Finding:
    start = NARRATIVE.index(words)
    return Finding(
        label=label, value=value, reason=reason, start=start, end=start + len(words), **facts
    )


FINDINGS = (
    _finding("人数", "20人", "“二十个人”；达到10人，交街道", "二十个人", confirmed_by="周敏"),
    _finding("欠薪月份", "7–9月", "“七月份开始”，按登记日推算", "七月份开始", confirmed_by="周敏"),
    _finding("金额", "¥400,000.00起", "“四十多万”，取下限", "四十多万", code="amount"),
    _finding("风险", "转让", "“转让”“往外搬”", "说要转让", code="risk"),
    Finding(label="事项", value="集体欠薪", reason="0.81；另有：企业关停风险0.12", code="item"),
)

STAGES = (
    Stage(label="感知", progress="done", took="38分钟", note="限1小时 · 09-21 09:50受理"),
    Stage(label="流转", progress="now", took="已用40分钟", note="限2小时 · 待街道总工会签收"),
    Stage(label="处置", progress="todo"),
    Stage(label="办结", progress="todo", note="承诺10-19"),
)

ENTRIES = (
    Entry(
        title="签收临期，时限灯转黄",
        at=datetime(2026, 9, 21, 3, 30, tzinfo=UTC),
        kind="alert",
        who="系统",
    ),
    Entry(
        title="派到云桥街道总工会",
        at=datetime(2026, 9, 21, 1, 50, tzinfo=UTC),
        kind="key",
        who="系统",
        move="已分级 → 待签收 · 用时3秒",
        because="20人共同诉求，达到10人",
    ),
    Entry(
        title="认出事项与人数",
        at=datetime(2026, 9, 21, 1, 49, tzinfo=UTC),
        kind="machine",
        who="系统",
    ),
    Entry(
        title="职工提交",
        at=datetime(2026, 9, 21, 1, 12, tzinfo=UTC),
        who="职工网页",
        text="附照片1张。",
    ),
)

CLOCKS = (
    Clock(
        label="签收",
        light=Light(code="amber", word="剩20分钟"),
        note="限2小时，已用1小时40分",
        used=100,
        limit=120,
    ),
    Clock(
        label="承诺答复",
        light=Light(code="green", word="剩14日"),
        note="10-19 17:30",
        used=1,
        limit=15,
    ),
    Clock(
        label="补发工资", light=Light(code="red", word="超期4日"), note="约定11-16", used=1, limit=1
    ),
    Clock(label="满意回访", light=Light(code="none", word="未起算")),
)

MOVES = (
    Move(code="sign_for", label="签收", icon="pen-line", is_main=True),
    Move(code="return", label="退回", icon="undo-2", href="#退回"),
    Move(code="hand_up", label="交上级", icon="arrow-up", href="#交上级"),
)
BLOCKED = ("“提交办结”暂不可用：还没有签收。", "“交下级”暂不可用：20人共同诉求须由街道办理。")


def _row(light: Light, urgency: str, title: str, **facts: Any) -> QueueRow:
    base: dict[str, Any] = {
        "href": "#诉求",
        "number": "QY26112000006",
        "source": "职工网页",
        "note": "集体欠薪",
        "firm": "汀禾餐饮管理有限公司",
        "place": "云桥社区",
        "headcount": 20,
        "stage": 2,
        "state": "待签收",
        "holder": "街道总工会",
        "holder_note": "待签收",
        "due": "今日10:12",
        "due_note": "签收",
    }
    return QueueRow(light=light, urgency=urgency, title=title, **{**base, **facts})


GROUPS = (
    QueueGroup(
        label="立即处理",
        count=2,
        is_now=True,
        rows=(
            _row(LIGHTS[2][0], "critical", "餐厅20人七月起没发工资，店要转让", asked="待我签收"),
            _row(
                LIGHTS[1][0],
                "critical",
                "一名职工需要及时关心",
                firm="",
                place="",
                headcount=1,
                note="内容仅指定人员可见",
                holder="陈可",
                holder_note="专人",
            ),
        ),
    ),
    QueueGroup(
        label="其余在办",
        count=31,
        rows=(
            _row(
                LIGHTS[0][0],
                "urgent",
                "加班工资计算有出入，三个月没有说法，班组里六个人都这样",
                headcount=6,
                due="11-23",
                due_note="剩6个工作日",
            ),
            _row(
                LIGHTS[3][0],
                "priority",
                "工伤认定材料协助",
                headcount=1,
                stage=3,
                again="第2轮",
                state="待补充",
                due="",
                due_note="等职工补充",
                is_seen=True,
            ),
            _row(
                LIGHTS[4][0],
                "normal",
                "夜校插画课名额",
                headcount=None,
                stage=1,
                state="已登记",
                due="",
                due_note="",
                is_seen=True,
            ),
        ),
    ),
)

STEPS = (
    Step(title="已提交", progress="done", on=date(2026, 9, 21), text="您的编号和查询码已生成。"),
    Step(
        title="办理中",
        progress="now",
        on=date(2026, 9, 21),
        text="云桥街道总工会已接手，电话0574-5550 0190。",
    ),
    Step(title="待您评价", progress="todo"),
    Step(title="已办结", progress="todo"),
)

FIGURES = (
    Figure(
        label="办结率",
        value="97.3",
        unit="%",
        base="290 / 298件到期",
        trend="未办结8件",
        href="#明细",
    ),
    Figure(
        label="解决率", value="4 / 5", base="不足10件，不算率", trend="以职工回答为准", href="#明细"
    ),
    Figure(label="追回金额", value="128.64", unit="万元", base="涉及214人", href="#明细"),
)

TOPICS = [
    ("wages", Tile(label="工资", icon="banknote", note="欠薪、加班费")),
    ("contract", Tile(label="合同与休假", icon="file-text", note="辞退、工时")),
    ("safety", Tile(label="安全与工伤", icon="shield", note="隐患、赔付")),
    ("help", Tile(label="社保与帮扶", icon="heart-handshake", note="医疗、困难")),
    ("life", Tile(label="托管与活动", icon="baby", note="孩子、夜校")),
    ("other", Tile(label="其他", icon="message-square-text", note="说不清也行")),
]
APPROACHES = [
    ("none", Tile(label="先不联系，等我同意")),
    ("unnamed", Tile(label="可以联系，不提我的名字", note="单位人少时，也可能被猜到")),
    ("named", Tile(label="可以联系，可以提我的名字")),
]


# The type stubs know template_name on Field only, hence the ignores below.
class SampleForm(forms.Form):
    """One field of every kind, drawn as a page author would get it."""

    topic = forms.ChoiceField(  # type: ignore[call-arg]
        label="哪一类事情",
        choices=TOPICS,
        widget=forms.RadioSelect,
        template_name="components/choices.html",
    )
    story = forms.CharField(
        label="发生了什么",
        help_text="什么时候、多少人、多少钱。可用键盘上的话筒说。",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明发生了什么"},
    )
    firm = forms.CharField(label="哪家单位", help_text="写店名、厂名都可以。")
    phone = forms.RegexField(
        r"^1\d{10}$",
        label="手机号",
        help_text="只用来告诉您进展。单位看不到。",
        required=False,
        error_messages={"invalid": "手机号少一位，应为11位"},
    )
    anonymous = forms.BooleanField(
        label="匿名提交",
        help_text="不保存姓名和手机号。请记好查询码，我们无法主动联系您。",
        required=False,
        template_name="components/switch.html",
    )
    approach = forms.ChoiceField(  # type: ignore[call-arg]
        label="我们怎么联系您的单位",
        choices=APPROACHES,
        initial="none",
        widget=forms.RadioSelect,
        template_name="components/choices.html",
    )
    photos = forms.FileField(  # type: ignore[call-arg]
        label="照片或材料",
        help_text="工资条、聊天记录、考勤。自动去除拍摄位置。",
        required=False,
        template_name="components/upload.html",
    )
    holder = forms.ChoiceField(label="承办人", choices=[("1", "周敏（在办9件）")], required=False)
    ground = forms.ChoiceField(
        label="退回理由",
        choices=[("1", "非本单位职责"), ("2", "属地错误")],
        widget=forms.RadioSelect,
    )
    unit = forms.CharField(
        label="原承办单位", initial="云桥片区服务站", disabled=True, required=False
    )
    consent = forms.BooleanField(label="这是我自己的手机，保存草稿24小时", required=False)


def design(request: HttpRequest, surface: str = "desk") -> HttpResponse:
    """Show the components as the desk draws them, with "front" as the worker's page does.

    A surface like "error-404" shows that error page.
    """
    kind, _dash, name = surface.partition("-")
    if kind == "error" and name in ERRORS:
        return render(request, f"errors/{name}.html", {"is_desk": True, "minutes": 3})
    if surface not in SURFACES:
        raise Http404
    return render(request, f"desk/design_{surface}.html", samples())


def samples() -> dict[str, Any]:
    """Return the values that the living page draws."""
    bad = {"topic": "wages", "phone": "1385555678", "firm": "汀禾餐饮", "approach": "none"}
    return {
        "form": SampleForm(initial={"topic": "wages", "story": NARRATIVE}, prefix="ok"),
        "bad_form": SampleForm({f"bad-{name}": value for name, value in bad.items()}, prefix="bad"),
        "lights": LIGHTS,
        "narrative": NARRATIVE,
        "findings": FINDINGS,
        "stages": STAGES,
        "entries": ENTRIES,
        "clocks": CLOCKS,
        "moves": MOVES,
        "blocked": BLOCKED,
        "groups": GROUPS,
        "steps": STEPS,
        "figures": FIGURES,
        "page": Paginator(range(480), 20).page(4),
        "promise_at": datetime(2026, 12, 21, 9, 30, tzinfo=UTC),
        "original_at": datetime(2026, 10, 19, 9, 30, tzinfo=UTC),
        "crumbs": (Crumb(label="收件箱", href="#"), Crumb(label="QY26092100037")),
        "views": (
            View(label="待我处理", href="#", count=12),
            View(label="全站在办", href="#", count=33, is_current=True),
            View(label="超期", href="#", count=3, is_alert=True),
            View(label="待签收", href="#", count=2),
            View(label="已交上级", href="#"),
        ),
        "chips": (
            Chip(label="在办", href="#", is_on=True),
            Chip(label="10人以上", href="#"),
            Chip(label="涉金额", href="#"),
        ),
        "facts": (
            ("单位", "汀禾餐饮管理有限公司"),
            ("人数", "20人"),
            ("金额", "¥400,000.00起"),
            ("代表", ""),
            ("来源", "职工网页"),
        ),
        "lines": range(4),
        "tasks": handling.TASKS,
        "parties": handling.PARTIES,
        "sums": handling.SUMS,
        "instalments": handling.INSTALMENTS,
        "actions": handling.ACTIONS,
        "version": 3,
    }
