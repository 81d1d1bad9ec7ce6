"""Replaces methods of extension types and functions of modules, and puts the originals back.

`pygame.Surface` is written in C, and CPython refuses `pygame.Surface.blit = hook`. The dictionary behind the
type can still be changed, if the type's method cache is told. Every surface is caught in this way, also those
that C code makes, and `type(surface) is pygame.Surface` still holds. No language reference promises that this
works, so `patching_works` tries it first.

A hook calls the original, and then an observer of ours:

- What the original raises reaches the game unchanged, and the observer is not called.
- An observer that raises is never called again. That is said once on stderr, and the game goes on.
- `KeyboardInterrupt` and `SystemExit` are the game's, wherever they arrive, and pass through.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pygame

if TYPE_CHECKING:
    Observer = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]
    """Takes the result, the positional arguments (of a method: the object first) and the named ones."""


class Switch:
    """Whether a hook still observes. A fault of ours turns it off for good."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.on = True

    def fail(self, error: BaseException) -> None:
        """Turn off, and say so the first time. Never raises: stderr may be closed, or absent on Windows.

        Where the game recurses so deep that there is no room for us, only this call is missed.
        """
        if not self.on or isinstance(error, RecursionError):
            return
        self.on = False
        with contextlib.suppress(Exception):
            print(f"reskin: {self.name} is no longer watched: {error!r}", file=sys.stderr, flush=True)


class Function:
    """Stands in for a built-in function of a module; `stand_in` makes one that can be called.

    A class may hold a function as an attribute, such as `flip = pygame.display.flip`. Built-in functions do
    not become methods there, functions written in Python do. Objects of this class do not either.
    """

    def __init__(self, original: Callable[..., Any]) -> None:
        self._original: Any = original
        self.__name__ = getattr(original, "__name__", "")
        self.__qualname__ = getattr(original, "__qualname__", "")
        self.__doc__ = getattr(original, "__doc__", None)
        self.__module__ = getattr(original, "__module__", "")

    def __repr__(self) -> str:
        return repr(self._original)

    def __reduce__(self) -> str:
        """Pickled and copied by its name, as built-in functions are."""
        return self.__name__


def stand_in(original: Callable[..., Any], call: Callable[..., Any], takes_self: bool = False) -> Function:
    """A `Function` in the place of `original`, that does what `call` does.

    takes_self: whether `call` itself has a first argument for the stand-in, which it need not heed. As the
    method of a class of its own it is then called without a step between, 0.1 µs faster.
    """

    def without_self(_: Function, /, *args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    kind = type("Function", (Function,), {"__call__": call if takes_self else without_self})
    made: Function = kind(original)
    return made


class Class(Function):
    """Stands in for a class of a module, of which objects are made by calling it."""

    def __init__(self, original: type, call: Callable[..., Any]) -> None:
        super().__init__(original)
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def __instancecheck__(self, thing: Any) -> bool:
        return isinstance(thing, self._original)

    def __subclasscheck__(self, kind: type) -> bool:
        return issubclass(kind, self._original)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        """A class of the game that inherits from this inherits from the original, and is not watched."""
        return (self._original,)


def observed(original: Callable[..., Any], observe: Observer, switch: Switch) -> Callable[..., Any]:
    """A function that calls `original`, shows the call to `observe`, and returns what the original gave."""

    def hook(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if switch.on:
            try:
                observe(result, args, kwargs)
            except Exception as error:
                switch.fail(error)
        return result

    return hook


_CALL = compile("original(*args, **kwargs)", "", "eval")


def warning(original: Callable[..., Any]) -> Callable[..., Any]:
    """`original` for a hook, such that its warnings name the line of the game that called the hook.

    A warning of C code names the Python code that called it, which would be ours, and Python remembers in
    that code's module which warnings it has shown. So the call is made by a piece of code that names the
    file and line of the game and runs in its module. (`warnings.catch_warnings` makes Python forget those.)
    It takes microseconds, so this is for functions that are called seldom. `original` must be pygame's own.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        game = sys._getframe(1)
        while game is not None and game.f_code.co_filename == __file__:
            game = game.f_back  # type: ignore[assignment]
        if game is None:
            return original(*args, **kwargs)
        code = _CALL.replace(co_filename=game.f_code.co_filename, co_firstlineno=game.f_lineno or 1)
        try:
            return eval(code, game.f_globals, {"original": original, "args": args, "kwargs": kwargs})
        except BaseException as error:  # without the second entry of the game's line in its traceback
            inner = error.__traceback__ and error.__traceback__.tb_next
            error.__traceback__ = inner and inner.tb_next
            raise error

    return call


def type_dictionary(kind: type) -> dict[str, Any]:
    """The dictionary itself, of which `kind.__dict__` is a read-only view."""
    found = gc.get_referents(kind.__dict__)[0]
    if not isinstance(found, dict):
        raise TypeError(f"the dictionary of {kind.__name__} was not found")
    return found


def set_entry(kind: type, name: str, value: Any) -> None:
    type_dictionary(kind)[name] = value
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


class Patches:
    """All that was replaced, so that it can be undone.

        patches = Patches()
        patches.method(pygame.Surface, "fill", lambda original, switch: observed(original, note, switch))
        patches.undo()

    A method or function that this version of pygame lacks is left out.
    """

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []
        self.switches: dict[str, Switch] = {}

    def method(self, kind: type, name: str, make: Callable[[Any, Switch], Any]) -> None:
        """Replace a method of an extension type by `make(original, switch)`."""
        original = type_dictionary(kind).get(name)
        if original is None:
            return
        hook = make(original, self._switch(f"{kind.__module__}.{kind.__name__}.{name}"))
        hook.__name__, hook.__doc__ = name, original.__doc__
        hook.__qualname__, hook.__module__ = f"{kind.__name__}.{name}", kind.__module__  # to be pickled by
        set_entry(kind, name, hook)
        self._undo.append(lambda: set_entry(kind, name, original))

    def function(
        self,
        module: ModuleType,
        name: str,
        make: Callable[[Any, Switch], Any],
        takes_self: bool = False,
    ) -> None:
        """Replace a function of a module by `make(original, switch)`; see `stand_in`."""
        original = getattr(module, name, None)
        if original is None:
            return
        hook = make(original, self._switch(f"{module.__name__}.{name}"))
        setattr(module, name, stand_in(original, hook, takes_self))
        self._undo.append(lambda: setattr(module, name, original))

    def watch_method(self, kind: type, name: str, observe: Observer) -> None:
        self.method(kind, name, lambda original, switch: observed(original, observe, switch))

    def watch_function(self, module: ModuleType, name: str, observe: Observer) -> None:
        self.function(module, name, lambda original, switch: observed(original, observe, switch))

    def watch_class(self, module: ModuleType, name: str, observe: Observer) -> None:
        """Show each object that is made of a class, but for code that holds the class already."""
        original = getattr(module, name)
        switch = self._switch(f"{module.__name__}.{name}")
        setattr(module, name, Class(original, observed(original, observe, switch)))
        self._undo.append(lambda: setattr(module, name, original))

    def undo(self) -> None:
        """Put all originals back, the last one first. A hook that the game kept calls its original alone."""
        for switch in self.switches.values():
            switch.on = False
        while self._undo:
            self._undo.pop()()

    def _switch(self, name: str) -> Switch:
        return self.switches.setdefault(name, Switch(name))


def patching_works() -> bool:
    """Whether a method of `pygame.Surface` can be replaced and put back on this interpreter."""
    patches = Patches()
    seen: list[Any] = []
    try:
        original = pygame.Surface.get_width
        surface = pygame.Surface((3, 2))
        bound = surface.get_width
        patches.watch_method(
            pygame.Surface, "get_width", lambda result, args, _: seen.append((result, args[0]))
        )
        hooked = surface.get_width() == 3 and seen == [(3, surface)] and bound() == 3
        patches.undo()
        return hooked and surface.get_width() == 3 and len(seen) == 1 and pygame.Surface.get_width is original
    except Exception:
        return False
    finally:
        patches.undo()
