"""Says in plain words what is wrong with a catalogue, for the admin and the terminal."""

from django.utils.translation import gettext as _

from requests_app.catalogue.problems import Problem


def problem_text(problem: Problem) -> str:
    """One sentence that names the row, the field and what to do."""
    texts = {
        "missing": _("{where}：缺少“{field}”。"),
        "unreadable": _("{where}：“{field}”的内容“{value}”无法识别。"),
        "unknown_field": _("{where}：没有“{field}”这一项，请检查拼写。"),
        "unknown_reference": _("{where}：“{field}”中的“{value}”在目录里不存在。"),
        "duplicate": _("{where}：“{field}”的内容“{value}”重复。"),
        "tied_to_enterprise": _(
            "{where}：“{value}”与企业有关联，按回避规定不能主办或协办（{field}），只能列为相对方。"
        ),
        "empty": _("诉求目录是空的，请先运行 manage.py load_catalogue。"),
    }
    where = f"{noun_label(problem.noun)} {problem.code}".strip()
    return texts[problem.reason].format(where=where, field=problem.field, value=problem.value)


def noun_label(noun: str) -> str:
    """The Chinese word for a noun of the catalogue."""
    labels = {
        "class": _("诉求大类"),
        "item": _("诉求事项"),
        "grade": _("件型"),
        "urgency": _("紧急程度"),
        "flag": _("敏感标记"),
        "party": _("办理主体"),
        "rule": _("升级规则"),
        "playbook": _("处置指引"),
        "routing_rule": _("流转规则"),
        "file": _("文件"),
    }
    return labels.get(noun, noun)
