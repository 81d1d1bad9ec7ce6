"""The check on load: which lines of a script would break determinism, and what to write instead.

It reads the syntax tree and runs nothing, so it cannot know what a line is meant to do. A line that is
correct although it looks wrong says why in a comment: `# deterministic: only drawn, never stored`. The sync
test and the types of components find at run time what this check cannot see. Read next:
`engine.determinism.rules`, the table of what is not allowed; `engine.script.scopes`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeGuard

from reskin.engine.determinism.rules import (
    FLOAT,
    HIDDEN,
    IDENTITY,
    MATHS,
    MODULES,
    ORDER,
    OUTSIDE,
    RANDOM,
    THREADS,
    UNPORTABLE,
)
from reskin.engine.script.scopes import ScopeNames, scope_root

EXCUSE: Final = "# deterministic:"
"""A comment that begins so excuses its line."""
CALLS: Final = {
    "id": ("id() differs from run to run", IDENTITY.instead),
    "hash": ("hash() differs from process to process", IDENTITY.instead),
    "open": ("open() depends on a file that is not part of the game's state", OUTSIDE.instead),
    "input": ("input() waits for a person in the middle of a tick", "make it a command"),
}
"""Built-in functions that scripts may not call: why, and what to do instead."""
INEXACT_CALLS: Final = frozenset(
    {"float", "sin", "cos", "tan", "sqrt", "atan2", "hypot", "exp", "log", "pow"}
)
CARRIES: Final = frozenset({"min", "max", "abs", "sum", "pow"})
"""Calls whose result is a float when an argument is."""
ROUNDS: Final = frozenset({"int", "round", "floor", "ceil", "trunc", "rint", "divmod", "bool"})
"""Calls that make an integer of a float."""
LEDGER_CALLS: Final = frozenset(
    {"mint", "burn", "transfer", "mint_unique", "burn_unique", "transfer_unique", "change_unique", "move"}
)
MUTATORS: Final = frozenset(
    {"append", "appendleft", "extend", "insert", "pop", "popleft", "popitem", "clear", "update", "add",
     "remove", "discard", "setdefault", "sort", "reverse"}
)  # fmt: skip
ORDERLESS: Final = frozenset({"sorted", "len", "sum", "min", "max", "any", "all", "set", "frozenset"})
"""Calls that give the same for any order of their argument."""
ORDERED: Final = frozenset(
    {"list", "tuple", "iter", "enumerate", "zip", "map", "filter", "reversed", "join", "next"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that would break determinism: what it does, and what to do instead."""

    file: str
    line: int
    what: str
    instead: str

    @property
    def words(self) -> str:
        return f"{self.what}; {self.instead}"


def check_scripts(trees: Mapping[str, ast.Module], texts: Mapping[str, str]) -> list[Finding]:
    """Every finding in the scripts, by file and line."""
    kinds = frozenset(node.name for tree in trees.values() for node in tree.body if _is_kind(node))
    found = [f for file, tree in trees.items() for f in _check(file, tree, texts[file], kinds)]
    return sorted(found, key=lambda f: (f.file, f.line))


@lru_cache(maxsize=256)  # most edits change one file of many: 150 ms for the caravan's thirteen, 15 for one
def _check(file: str, tree: ast.Module, text: str, kinds: frozenset[str]) -> tuple[Finding, ...]:
    checker = _Checker(file, kinds)
    checker.names.begin(tree)
    checker.visit(tree)
    lines = text.split("\n")
    kept = (f for f in checker.found if EXCUSE not in lines[min(f.line, len(lines)) - 1])
    return tuple(dict.fromkeys(kept))


def _is_kind(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    """Whether a class is a component by its decorator."""
    return isinstance(node, ast.ClassDef) and any(_last_name(d) == "component" for d in node.decorator_list)


class _Checker(ast.NodeVisitor):
    """Visits the syntax tree of one script and collects findings."""

    def __init__(self, file: str, kinds: frozenset[str]) -> None:
        self.file, self.kinds = file, kinds
        self.found: list[Finding] = []
        self.names = ScopeNames(self._is_set, self._is_inexact)
        self.maths: dict[str, str] = {}  # what the script calls the modules of floats, and functions in them
        self.drawing = 0  # how many functions around this line draw on a canvas
        self.orderless: dict[int, None] = {}  # generators whose order does not matter, by line and column

    def note(self, node: ast.AST, what: str, instead: str) -> None:
        self.found.append(Finding(self.file, getattr(node, "lineno", 1), what, instead))

    # modules from outside

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._module(node, alias.name)
            if alias.name in (*MATHS, "numpy"):
                self.maths[alias.asname or alias.name] = alias.name

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._module(node, node.module or "")
        if node.module == "numpy" and any(alias.name == "random" for alias in node.names):
            self.note(node, f"numpy.random {RANDOM.what}", RANDOM.instead)
        if node.module in (*MATHS, "numpy"):
            for alias in node.names:
                if alias.name in UNPORTABLE.calls:
                    self.maths[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def _module(self, node: ast.AST, name: str) -> None:
        if name.startswith("numpy.random"):
            self.note(node, f"numpy.random {RANDOM.what}", RANDOM.instead)
        rule = MODULES.get(name.split(".")[0])
        if rule is not None:
            self.note(node, f"{name} {rule.what}", rule.instead)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr == "random" and isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy"):
            self.note(node, f"numpy.random {RANDOM.what}", RANDOM.instead)
        self.generic_visit(node)

    def _unportable(self, node: ast.expr) -> str:
        """What a function is called that machines compute differently, such as `math.sin`; else empty."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = self.maths.get(node.value.id)
            return f"{module}.{node.attr}" if module and node.attr in UNPORTABLE.calls else ""
        return self.maths.get(node.id, "") if isinstance(node, ast.Name) else ""

    def _decides(self, *nodes: ast.expr) -> None:
        """Note such a function where its result becomes an integer or a decision, but not where one draws."""
        for node in nodes if not self.drawing else ():
            for part in ast.walk(node):
                if isinstance(part, ast.Call) and (name := self._unportable(part.func)):
                    self.note(part, f"{name} {UNPORTABLE.what}", UNPORTABLE.instead)

    def visit_Compare(self, node: ast.Compare) -> None:
        self._decides(node.left, *node.comparators)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.FloorDiv):
            self._decides(node.left, node.right)
        self.generic_visit(node)

    # scopes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.note(node, f"{node.name} is asynchronous, so that it runs at times of its own", THREADS.instead)
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        with self.names.inside(node):
            self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if isinstance(default, ast.List | ast.Dict | ast.Set):
                self.note(default, f"{node.name} keeps a mutable default from call to call", HIDDEN.instead)
        draws = any(argument.arg == "canvas" for argument in node.args.args)
        self.drawing += draws
        with self.names.inside(node):
            self.generic_visit(node)
        self.drawing -= draws

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if _is_kind(node):
            for part in node.body:
                if isinstance(part, ast.AnnAssign) and _last_name(part.annotation) == "float":
                    self.note(part, f"a field of {node.name} is a float", FLOAT.instead)
        self.generic_visit(node)

    # state outside of the state

    def visit_Global(self, node: ast.Global) -> None:
        self.note(node, f"global {', '.join(node.names)}: a module's variable is no state", HIDDEN.instead)

    def _changes(self, target: ast.expr) -> None:
        """Note an assignment to a part of a variable of the module."""
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._changes(part)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            name = scope_root(target)
            if name and self.names.is_modules_own(name):
                self._note_change(target, name)

    def _note_change(self, node: ast.AST, name: str) -> None:
        what = f"this changes {name}, which belongs to the module and is not part of the state"
        self.note(node, what, HIDDEN.instead)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._changes(target)
            self._stores(target, node.value)
            if isinstance(target, ast.Tuple) and self._is_set(node.value):
                self.note(
                    node, "this unpacks a set, whose order differs from process to process", ORDER.instead
                )
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._changes(node.target)
            self._stores(node.target, node.value)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._changes(node.target)
        self._stores(node.target, node.value, divides=isinstance(node.op, ast.Div))
        self.generic_visit(node)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._changes(target)

    def _stores(self, target: ast.expr, value: ast.expr, divides: bool = False) -> None:
        if isinstance(target, ast.Attribute) and (divides or self._is_inexact(value)):
            self.note(value, f"a float goes into .{target.attr}", FLOAT.instead)

    # order

    def visit_For(self, node: ast.For) -> None:
        self._iterates(node.iter)
        self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._generators(node, node.generators)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._generators(node, node.generators)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.generic_visit(node)  # the order of a set does not matter to a set made from it

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        if (node.lineno << 16) + node.col_offset in self.orderless:
            self.generic_visit(node)
        else:
            self._generators(node, node.generators)

    def visit_Starred(self, node: ast.Starred) -> None:
        self._iterates(node.value)
        self.generic_visit(node)

    def _generators(self, node: ast.AST, generators: Sequence[ast.comprehension]) -> None:
        for generator in generators:
            self._iterates(generator.iter)
        self.generic_visit(node)

    def _iterates(self, source: ast.expr) -> None:
        if self._is_set(source):
            self.note(
                source, "this goes through a set, whose order differs from process to process", ORDER.instead
            )

    def _is_set(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Set | ast.SetComp):
            return True
        if isinstance(node, ast.Name):
            return self.names.is_set(node.id)
        if isinstance(node, ast.Attribute):
            return node.attr in ("held", "buttons")  # of Inputs
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor):
            return any(self._is_set(side) or _is_keys(side) for side in (node.left, node.right))
        if isinstance(node, ast.IfExp):
            return self._is_set(node.body) or self._is_set(node.orelse)
        if isinstance(node, ast.Call):
            name = _last_name(node.func)
            if isinstance(node.func, ast.Name):
                return name in ("set", "frozenset")
            return name in ("union", "intersection", "difference", "symmetric_difference")
        return False

    # calls

    def visit_Call(self, node: ast.Call) -> None:
        name = _last_name(node.func)
        if isinstance(node.func, ast.Name):
            if name in CALLS and not self.names.is_bound(name):
                self.note(node, *CALLS[name])
            first = node.args[0] if name == "next" and node.args else None
            if isinstance(first, ast.Name) and self.names.is_modules_own(first.id):
                self.note(node, f"this advances {first.id}, which belongs to the module", HIDDEN.instead)
        elif isinstance(node.func, ast.Attribute):
            self._method(node, node.func)
        if name in ROUNDS:
            self._decides(*node.args)
        if name in ORDERLESS:
            for argument in node.args:
                if isinstance(argument, ast.GeneratorExp):
                    self.orderless[(argument.lineno << 16) + argument.col_offset] = None
        if name in ORDERED:
            for argument in node.args:
                self._iterates(argument)
        for keyword in node.keywords:
            if (
                keyword.arg == "key"
                and isinstance(keyword.value, ast.Name)
                and keyword.value.id in ("id", "hash")
            ):
                self.note(keyword.value, *CALLS[keyword.value.id])
        if name in self.kinds or self._is_ledgers(node.func):
            where = f"a {name}" if name in self.kinds else "the ledger"
            for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                if self._is_inexact(value):
                    self.note(value, f"a float goes into {where}", FLOAT.instead)
        self.generic_visit(node)

    def _method(self, node: ast.Call, called: ast.Attribute) -> None:
        if called.attr not in MUTATORS:
            return
        if called.attr == "pop" and not node.args and self._is_set(called.value):
            self.note(node, "pop() takes any member of a set, another one in each process", ORDER.instead)
        name = scope_root(called)
        if name and self.names.is_modules_own(name):
            self._note_change(node, name)

    def _is_ledgers(self, called: ast.expr) -> bool:
        return (
            isinstance(called, ast.Attribute)
            and called.attr in LEDGER_CALLS
            and _last_name(called.value) == "ledger"
        )

    def _is_inexact(self, node: ast.expr) -> bool:
        """Whether an expression is a float, as far as the source tells."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, float | complex)
        if isinstance(node, ast.Name):
            return self.names.is_inexact(node.id)
        if isinstance(node, ast.BinOp):
            sides = self._is_inexact(node.left) or self._is_inexact(node.right)
            return sides or isinstance(node.op, ast.Div)
        if isinstance(node, ast.UnaryOp):
            return not isinstance(node.op, ast.Not) and self._is_inexact(node.operand)
        if isinstance(node, ast.IfExp):
            return self._is_inexact(node.body) or self._is_inexact(node.orelse)
        if isinstance(node, ast.Call):
            name = _last_name(node.func)
            if name == "round":
                return len(node.args) + len(node.keywords) > 1
            if name in CARRIES and any(self._is_inexact(value) for value in node.args):
                return True
            return name in INEXACT_CALLS and not (name == "pow" and isinstance(node.func, ast.Name))
        return False


def _is_keys(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _last_name(node.func) == "keys"


def _last_name(node: ast.AST) -> str:
    """`c` for `a.b.c`, `c`, `c(...)` and the annotation `"c"`; empty for everything else."""
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.id if isinstance(node, ast.Name) else ""
