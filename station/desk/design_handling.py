"""Samples of the components of handling for the living page. Everybody is invented."""

from django import forms

from station.parts import (
    Action,
    Instalment,
    Light,
    Party,
    Receipt,
    Sum,
    Task,
)


class StepSample(forms.Form):
    """The form that ends a step, as the checklist draws it."""

    note = forms.CharField(
        label="说明",
        required=False,
        help_text="完成时写做了什么；不适用时写为什么。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    file = forms.FileField(label="附件", required=False, help_text="照片或PDF，不超过10MB。")


TASKS = (
    Task(
        id="sample-alarm",
        title="立即拨打110",
        progress="now",
        is_alarm=True,
        light=Light(code="red", word="超期12分钟"),
        form=StepSample(auto_id="sample-alarm-%s"),
        action="#步骤",
    ),
    Task(
        id="sample-done",
        title="登记欠薪明细（姓名、岗位、月份、金额）",
        progress="done",
        notes=("欠薪明细表20人",),
        meta="周敏 · 09-21 10:30",
    ),
    Task(
        id="sample-waived",
        title="核对工资表、考勤和聊天记录",
        progress="waived",
        notes=("单位已书面承认欠薪",),
        meta="不适用 · 周敏 · 09-22 09:10",
    ),
    Task(
        id="sample-now",
        title="职工推选1至5名代表并签署授权书",
        progress="now",
        notes=("须附：授权委托书",),
        light=Light(code="amber", word="剩1日"),
        form=StepSample(auto_id="sample-now-%s"),
        action="#步骤",
    ),
    Task(
        id="sample-locked",
        title="召开三方沟通会：代表、企业负责人、法律顾问、街道总工会",
        light=Light(code="green", word="剩4日"),
        locked="诉求人还没有同意联系单位，这一步不能开始",
        locked_href="#步骤",
        action="#步骤",
    ),
    Task(id="sample-todo", title="全额付清，或已取得法院、仲裁案号后办结或挂账"),
)

PARTIES = (
    Party(
        role="职工代表",
        name="陈*勇",
        phone="138****5678",
        remark="后厨推选",
        authority="有授权委托书",
        remove="#移出",
    ),
    Party(role="职工代表", name="欧**静", remark="前厅推选，兼任班组长，夜班和周末联系得到"),
    Party(
        role="单位负责人", name="沈建国", phone="13900000246", remark="法定代表人", is_clear=True
    ),
)

SUMS = (
    Sum(label="主张", amount="¥436,800.00"),
    Sum(label="协议", amount="¥412,600.00"),
    Sum(label="已追回", amount="¥210,000.00", share="50.9%"),
    Sum(label="未到账", amount="¥202,600.00", is_alert=True),
)

INSTALMENTS = (
    Instalment(
        label="第1期",
        light=Light(code="done", word="已付清"),
        amount=15_000_000,
        paid=15_000_000,
        due="约定2026-10-16",
        receipts=(Receipt(text="10-16到账 ¥150,000.00", voucher="#凭证", void="#作废"),),
    ),
    Instalment(
        label="第2期",
        light=Light(code="red", word="超期4日"),
        amount=15_000_000,
        paid=6_000_000,
        due="约定2026-11-16",
        owed="还欠 ¥90,000.00",
        receipts=(
            Receipt(text="11-16到账 ¥80,000.00", is_void=True),
            Receipt(text="11-17到账 ¥60,000.00", voucher="#凭证"),
        ),
        is_late=True,
        pay="#登记到账",
    ),
    Instalment(
        label="第3期",
        light=Light(code="amber", word="今日到期"),
        amount=6_260_000,
        paid=0,
        due="约定2026-11-20",
        pay="#登记到账",
    ),
    Instalment(
        label="第4期",
        light=Light(code="none", word="未到期"),
        amount=5_000_000,
        paid=0,
        due="约定2026-12-16",
    ),
)

ACTIONS = (
    Action(label="登记明细", href="#登记明细", icon="table"),
    Action(label="登记协议", icon="handshake", why="先登记明细"),
)
