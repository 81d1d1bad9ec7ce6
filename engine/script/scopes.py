"""Which names of a script are variables of the module, and which hold a set or a float, as far as it tells.

A name counts for the whole function in which it is bound. Private to `engine.script.check`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Judge = Callable[[ast.expr], bool]


@dataclass(slots=True)
class _Scope:
    """The names bound in one function or at the top of the module, and which hold a set or a float."""

    bound: dict[str, None] = field(default_factory=dict)
    sets: dict[str, None] = field(default_factory=dict)
    inexact: dict[str, None] = field(default_factory=dict)


class ScopeNames:
    """The scopes of one script, from its top to the function that is being visited."""

    def __init__(self, is_set: Judge, is_inexact: Judge) -> None:
        self._is_set, self._is_inexact = is_set, is_inexact
        self._imported: dict[str, None] = {}
        self._scopes = [_Scope()]

    def begin(self, tree: ast.Module) -> None:
        """Record the names that the script binds at its top."""
        self._fill(self._scopes[0], tree)

    @contextmanager
    def inside(self, function: FunctionNode) -> Iterator[None]:
        """Inside this context, names are looked up from within this function."""
        scope = _Scope()
        arguments = function.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            scope.bound[argument.arg] = None
            if argument.annotation is not None and _is_set_type(argument.annotation):
                scope.sets[argument.arg] = None
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                scope.bound[extra.arg] = None
        self._scopes.append(scope)
        self._fill(scope, function)
        try:
            yield
        finally:
            self._scopes.pop()

    def is_bound(self, name: str) -> bool:
        """Whether the script binds this name, so that it is not the built-in."""
        return any(name in scope.bound for scope in self._scopes)

    def is_modules_own(self, name: str) -> bool:
        """Whether this name, used in a function, is a variable of the module. Imported names do not count,
        unless they are in capitals."""
        if len(self._scopes) == 1 or any(name in scope.bound for scope in self._scopes[1:]):
            return False
        return name in self._scopes[0].bound and (name not in self._imported or name.isupper())

    def is_set(self, name: str) -> bool:
        return any(name in scope.sets for scope in self._nearest(name))

    def is_inexact(self, name: str) -> bool:
        return any(name in scope.inexact for scope in self._nearest(name))

    def _nearest(self, name: str) -> Iterator[_Scope]:
        """The innermost scope that binds the name, if there is one."""
        for scope in reversed(self._scopes):
            if name in scope.bound:
                yield scope
                return

    def _fill(self, scope: _Scope, node: ast.AST) -> None:
        """Record what a body binds.

        A name holds a set if every value assigned to it is one, and a float if any value is. Values are
        judged twice, because one name may depend on another that is bound later.
        """
        bindings = list(_bindings(node))
        for name, _, imported in bindings:
            scope.bound[name] = None
            if imported:
                self._imported[name] = None
        for _ in range(2):
            for name, value, _ in bindings:
                if value is not None and self._is_set(value):
                    scope.sets[name] = None
                if value is not None and self._is_inexact(value):
                    scope.inexact[name] = None
        for name, value, _ in bindings:
            if value is not None and not self._is_set(value):
                scope.sets.pop(name, None)


def scope_root(node: ast.expr) -> str:
    """`a` for `a.b[c].d`; empty if the expression does not begin with a name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None, bool]]:
    """Every name that a body binds, with its value if one is assigned, and whether it is imported.

    Inner functions and classes count as names; what they bind inside does not belong to this body.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name, None, False
            continue
        if isinstance(child, ast.Lambda | ast.arguments):
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield from ((a.asname or a.name.split(".")[0], None, True) for a in child.names)
        elif isinstance(child, ast.Assign):
            for target in child.targets:
                yield from (
                    (name, child.value if name == root else None, False) for name, root in _targets(target)
                )
        elif isinstance(child, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            value = (
                ast.Set([])
                if isinstance(child, ast.AnnAssign) and _is_set_type(child.annotation)
                else child.value
            )
            yield from ((name, value, False) for name, _ in _targets(child.target))
        elif isinstance(child, ast.For | ast.AsyncFor | ast.comprehension):
            yield from ((name, None, False) for name, _ in _targets(child.target))
        elif isinstance(child, ast.withitem) and child.optional_vars is not None:
            yield from ((name, None, False) for name, _ in _targets(child.optional_vars))
        elif isinstance(child, ast.ExceptHandler) and child.name:
            yield child.name, None, False
        yield from _bindings(child)


def _targets(target: ast.expr) -> Iterator[tuple[str, str]]:
    """The names that an assignment binds, each twice if it takes the whole value, else with an empty one."""
    if isinstance(target, ast.Name):
        yield target.id, target.id
    elif isinstance(target, ast.Starred):
        yield from ((name, "") for name, _ in _targets(target.value))
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from ((name, "") for name, _ in _targets(part))


def _is_set_type(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.Subscript):
        return _is_set_type(annotation.value)
    return isinstance(annotation, ast.Name) and annotation.id in ("set", "frozenset", "Set", "AbstractSet")
