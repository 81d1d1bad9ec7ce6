"""A ruleset: all scripts of a game's folder as they were at one moment, checked and run, never changed again.

Scripts are imported as modules of a package that is the folder, from their text in memory, because a cached
.pyc file of the same second could be stale. A ruleset is loaded as a whole or not at all: if a script fails,
the modules of the previous one are put back into `sys.modules`. Scripts are trusted code: they can do
whatever Python can. Read next: `engine.script.migrate`, which migrates a world from one ruleset to the next.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, ModuleType
from typing import Any, Final, get_type_hints
from weakref import WeakValueDictionary

from reskin.engine.ecs.world import World
from reskin.engine.errors import EngineError, ScriptError, error_line
from reskin.engine.script.check import check_scripts
from reskin.engine.script.components import is_component
from reskin.engine.script.sources import LOADING, Sources
from reskin.engine.simulation.simulation import System

MAIN: Final = "main"
"""The script that lists the systems and defines the functions that the loop calls."""
NEEDED: Final = ("begin", "SYSTEMS")
_rulesets: Final[WeakValueDictionary[tuple[str, str, str], Ruleset]] = WeakValueDictionary()


class Ruleset:
    """Scripts that were run: their modules, component types and systems.

        ruleset = Ruleset.of(Sources.read(folder), "caravan_rules")
        ruleset.systems, ruleset.kinds, ruleset["market"].price

    Raises ScriptError, with file and line, for a script with a syntax error, one that fails when it is run,
    or one that would break determinism.
    """

    def __init__(self, sources: Sources, package: str) -> None:
        self.sources = sources
        self.package = package
        parsed = {name: _parse(sources, name) for name in sources.texts if name.endswith(".py")}
        trees = {name: tree for name, (tree, _) in parsed.items()}
        _refuse(sources, trees)
        codes = {_module(package, name): code for name, (_, code) in parsed.items()}
        if f"{package}.{MAIN}" not in codes:
            raise ScriptError(
                f"{sources.folder.name} has no {MAIN}.py; it must define {' and '.join(NEEDED)}"
            )
        codes.setdefault(package, compile("", str(sources.folder), "exec"))
        with _importing(package, codes, sources):
            self.modules = {name: _import(sources, name) for name in codes}
            self.main = self.modules[f"{package}.{MAIN}"]
            self.kinds = _kinds(sources, trees, self.modules)
            self.systems = _systems(sources, self.main)

    @classmethod
    def of(cls, sources: Sources, package: str) -> Ruleset:
        """The ruleset of these sources: the same object as long as any game in this process uses it."""
        key = (package, str(sources.folder), sources.fingerprint)
        ruleset = _rulesets.get(key)
        if ruleset is None:
            ruleset = _rulesets[key] = cls(sources, package)
        return ruleset

    def install(self) -> None:
        """Make imports find the modules of this ruleset, and of no other."""
        for name in _ours(self.package):
            del sys.modules[name]
        sys.modules.update(self.modules)
        parent, _, name = self.package.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], name, self.modules[self.package])

    @property
    def fingerprint(self) -> str:
        return self.sources.fingerprint

    def locate_error(self, error: BaseException, otherwise: object = None) -> ScriptError:
        """As `locate_ruleset_error`, for the scripts of this ruleset."""
        return locate_ruleset_error(error, self.sources, otherwise)

    def __getitem__(self, script: str) -> Any:
        """A script's module by its name, such as `ruleset["market"]`."""
        return self.modules[f"{self.package}.{script}"]


def raise_interrupt(error: BaseException) -> None:
    """Raise an exception on if it is Ctrl-C. Every other one of a script is a failure of that script."""
    if isinstance(error, KeyboardInterrupt):
        raise error


def locate_ruleset_error(error: BaseException, sources: Sources, otherwise: object = None) -> ScriptError:
    """An exception as a ScriptError that names the file, line and function of the script at fault.

    That is the innermost line of a script in the traceback; if there is none, the first line of the function
    `otherwise`.
    """
    if isinstance(error, ScriptError) and error.file:
        return error
    words = str(error) if isinstance(error, ScriptError) else error_line(error)
    if isinstance(error, SyntaxError) and error.filename and (file := sources.name_of(error.filename)):
        return _error(sources, file, error.lineno or 1, f"{type(error).__name__}: {error.msg}")
    code, line = getattr(otherwise, "__code__", None), 0
    if code is not None:
        line = code.co_firstlineno
    trace = error.__traceback__
    while trace is not None:
        if sources.name_of(trace.tb_frame.f_code.co_filename):
            code, line = trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next
    file = sources.name_of(code.co_filename) if code is not None else ""
    if code is None or not file:
        return ScriptError(words)
    return _error(sources, file, line, words, "" if code.co_name == "<module>" else f" in {code.co_name}")


def _error(sources: Sources, file: str, line: int, words: str, function: str = "") -> ScriptError:
    return ScriptError(f"{sources.place(file, line)}{function}: {words}", file, line)


@lru_cache(maxsize=256)  # most edits change one file of many
def _compiled(path: str, text: str) -> tuple[ast.Module, CodeType]:
    tree = ast.parse(text, path)
    return tree, compile(tree, path, "exec")


def _parse(sources: Sources, name: str) -> tuple[ast.Module, CodeType]:
    try:
        return _compiled(str(sources.folder / name), sources.texts[name])
    except SyntaxError as error:
        raise locate_ruleset_error(error, sources) from error
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes; endless nesting
        raise _error(sources, name, 1, f"cannot be read as Python: {error}") from error


def prepare_scripts(sources: Sources) -> None:
    """Parse and compile these sources now, on any thread, so that loading them takes less time."""
    for name in sources.texts:
        if name.endswith(".py"):
            with suppress(ScriptError):
                _parse(sources, name)


def _refuse(sources: Sources, trees: Mapping[str, ast.Module]) -> None:
    """Raise a ScriptError that names every line which would break determinism, if there is one."""
    findings = check_scripts(trees, sources.texts)
    if findings:
        lines = [f"{sources.place(found.file, found.line)}: {found.words}" for found in findings]
        raise ScriptError("\n".join(lines), findings[0].file, findings[0].line)


def _module(package: str, file: str) -> str:
    stem = file.removesuffix(".py")
    return package if stem == "__init__" else f"{package}.{stem}"


def _import(sources: Sources, name: str) -> ModuleType:
    try:
        return import_module(name)
    except BaseException as error:  # whatever a script raises, its ruleset is not used
        raise_interrupt(error)
        raise locate_ruleset_error(error, sources) from error


class _Finder(MetaPathFinder, Loader):
    """Finds the scripts of one ruleset while they are imported."""

    def __init__(self, package: str, codes: Mapping[str, CodeType], sources: Sources) -> None:
        self.package, self.codes, self.sources = package, codes, sources

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self.codes:
            return None
        origin = self.codes[name].co_filename
        spec = spec_from_loader(name, self, origin=origin, is_package=name == self.package)
        if spec is not None:
            spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(self.codes[module.__name__], module.__dict__)


@contextmanager
def _importing(package: str, codes: Mapping[str, CodeType], sources: Sources) -> Iterator[None]:
    """Inside, the package consists of these scripts; afterwards too, unless something is raised."""
    before = {name: sys.modules.pop(name) for name in _ours(package)}
    finder = _Finder(package, codes, sources)
    token = LOADING.set(sources)
    sys.meta_path.insert(0, finder)
    try:
        yield
    except BaseException:
        for name in _ours(package):
            del sys.modules[name]
        sys.modules.update(before)
        raise
    finally:
        sys.meta_path.remove(finder)
        LOADING.reset(token)


def _ours(package: str) -> list[str]:
    return [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]


def _kinds(
    sources: Sources, trees: Mapping[str, ast.Module], modules: Mapping[str, ModuleType]
) -> tuple[type, ...]:
    """Every component type of the scripts, by name."""
    found: dict[str, type] = {}
    for file, tree in trees.items():
        for node in tree.body:
            if not isinstance(node, ast.ClassDef):
                continue
            module = next(m for m in modules.values() if sources.name_of(m.__file__ or "") == file)
            kind = getattr(module, node.name, None)
            if kind is None or not is_component(kind):
                continue
            try:
                # Resolved now: later the module of this name may belong to another ruleset.
                kind.__annotations__ = get_type_hints(kind)
                World(*found.values(), kind)  # refuses fields that no state can hold
            except (EngineError, NameError) as error:
                raise _error(sources, file, _line_of(node, str(error)), str(error)) from error
            found[node.name] = kind
    return tuple(found[name] for name in sorted(found))


def _line_of(node: ast.ClassDef, words: str) -> int:
    """The line of the field that an error is about, or of the class."""
    fields = (part for part in node.body if isinstance(part, ast.AnnAssign))
    return next((f.lineno for f in fields if f"{node.name}.{ast.unparse(f.target)} " in words), node.lineno)


def _systems(sources: Sources, main: ModuleType) -> tuple[System, ...]:
    for name in NEEDED:
        if not hasattr(main, name):
            raise _error(
                sources, f"{MAIN}.py", 1, f"{MAIN}.py must define {' and '.join(NEEDED)}; {name} is missing"
            )
    systems = tuple(main.SYSTEMS)
    for system in systems:
        if not callable(system):
            raise _error(sources, f"{MAIN}.py", 1, f"SYSTEMS must hold functions, got {system!r}")
    return systems
