"""The house rules that a machine can hold (CONTRIBUTING.md). Each check has its control."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("members", "resources", "requests_app", "station")
DRAWERS = {"utils", "helpers", "common", "base", "misc", "core", "manager", "managers"}
FUNCTION_LINES, MODULE_LINES = 60, 400

type Check = Callable[[ast.Module], Iterator[ast.AST]]


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def assigned_names(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        yield from node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield node.target


def state_assignments(tree: ast.Module) -> Iterator[ast.AST]:
    """Find `x.state = …`, `x.stage = …` and update(state=…)."""
    for node in ast.walk(tree):
        for target in assigned_names(node):
            if isinstance(target, ast.Attribute) and target.attr in {"state", "stage"}:
                yield node
        is_update = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"update", "bulk_update"}
        )
        if is_update and any(word.arg in {"state", "stage"} for word in node.keywords):
            yield node


def receivers(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if "receiver" in ast.unparse(decorator):
                    yield node
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("_save.connect"):
            yield node


def save_overrides(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (
                child
                for child in node.body
                if isinstance(child, ast.FunctionDef)
                and child.name in {"save", "delete"}
                and any(
                    word in ast.unparse(base) for base in node.bases for word in ("Model", "Dated")
                )
            )


def serializer_writes(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            "Serializer" in ast.unparse(base) for base in node.bases
        ):
            yield from (
                child
                for child in node.body
                if isinstance(child, ast.FunctionDef) and child.name in {"create", "update", "save"}
            )


def broker_timers(tree: ast.Module) -> Iterator[ast.AST]:
    """Find eta, countdown and retry through the broker."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = {word.arg for word in node.keywords}
            is_retry = isinstance(node.func, ast.Attribute) and node.func.attr == "retry"
            if is_retry or named & {"eta", "countdown", "autoretry_for", "max_retries"}:
                yield node


def sql_clocks(tree: ast.Module) -> Iterator[ast.AST]:
    """Find database defaults and expressions that read a clock of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.value
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Now", "functions.Now"}:
            yield node


RULES: dict[str, tuple[Check, str, frozenset[str]]] = {
    "a state is assigned only in moves": (
        state_assignments,
        "request.state = 'signed'\nRequest.objects.update(stage='x')",
        frozenset({"requests_app/moves.py"}),
    ),
    "no signal receivers": (
        receivers,
        "@receiver(post_save)\ndef f(): ...\npost_save.connect(f)",
        frozenset(),
    ),
    "no save() overrides": (
        save_overrides,
        "class A(models.Model):\n def save(self): ...\n def delete(self): ...",
        frozenset(),
    ),
    "no writes in serializers": (
        serializer_writes,
        "class A(Serializer):\n def create(self): ...\n def update(self): ...",
        frozenset(),
    ),
    "no eta, countdown or retry through the broker": (
        broker_timers,
        "f.apply_async(countdown=3)\nself.retry()",
        frozenset(),
    ),
    "no clock but the caller's": (
        sql_clocks,
        "x = DateTimeField(auto_now=True)\ny = Now()",
        frozenset(),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str) -> None:
    check, _sample, allowed = RULES[rule]
    found = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for path in sources()
        if str(path.relative_to(ROOT)) not in allowed
        for node in check(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_sees_what_it_forbids(rule: str) -> None:
    check, sample, _allowed = RULES[rule]
    assert len(list(check(ast.parse(sample)))) == 2


def test_modules_and_functions_keep_their_size() -> None:
    too_long = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > MODULE_LINES:
            too_long.append(f"{path.relative_to(ROOT)}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION_LINES:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.name}: {length} lines")
    assert too_long == []


def test_no_file_is_a_drawer() -> None:
    assert [str(path) for path in sources() if path.stem in DRAWERS] == []


def test_task_bodies_call_one_verb() -> None:
    branches = []
    for path in sources():
        if path.name != "tasks.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                decisions = [
                    x for x in ast.walk(node) if isinstance(x, ast.If | ast.For | ast.While)
                ]
                if decisions or len(node.body) > 6:
                    branches.append(f"{path}:{node.name}")
    assert branches == []


def test_the_repository_names_no_machine_and_no_registry() -> None:
    forbidden = re.compile(
        "|".join(
            [
                "/" + "work/main",
                "/" + "root/",
                "pypi" + r"\.org",
                "python" + "hosted",
                "npmjs" + r"\.com",
            ]
        )
    )
    suffixes = {".py", ".md", ".toml", ".yml", ".yaml", ".html", ".css", ".js", ".txt", ".lock"}
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.suffix in suffixes
        and not {".venv", ".data", ".git", "build"} & set(path.relative_to(ROOT).parts)
        and forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_logs_go_one_way() -> None:
    """One set-up (settings.LOGGING) decides what is written; a second logger would escape it."""
    named = [path for path in sources() if "structlog" in path.read_text(encoding="utf-8")]
    assert named == []
    assert "structlog" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
