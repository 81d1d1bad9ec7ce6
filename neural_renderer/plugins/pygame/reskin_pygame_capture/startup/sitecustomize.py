"""Python imports this before a program of its own accord, as this folder is the first of `PYTHONPATH`.

The game is then started by Python itself, as its author would: `sys.argv`, `sys.path`, `__main__`, tracebacks
and exit codes need no care of ours. This takes all traces away, switches the rest on, and gives way to the
`sitecustomize` that the game's Python would have had.
"""

from __future__ import annotations

import os
import sys

_BEFORE = list(sys.modules)


def _take_traces_away() -> str:
    """Undo what the environment and `sys.path` were given for us. Gives the path of the configuration."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place) != here]
    sys.path_importer_cache.pop(here, None)
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)[1:]
    if others:
        os.environ["PYTHONPATH"] = os.pathsep.join(others)
    else:
        os.environ.pop("PYTHONPATH", None)
    return os.environ.pop("RESKIN_RUN", "")


def _load(name: str, folder: str) -> None:
    """Import a package by its folder, which need not be on `sys.path`."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _begin(configuration: str) -> None:
    try:
        _load("reskin_pygame_capture", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        from importlib import import_module

        import_module("reskin_pygame_capture.running.start").start(configuration, _BEFORE)
    except Exception as error:
        print(f"reskin: the game runs plain: {error!r}", file=sys.stderr)


_configuration = _take_traces_away()
if _configuration:
    _begin(_configuration)

# Python takes the module that is now found under this name. If there is none, the error says so, as it would
# without us.
del sys.modules["sitecustomize"]
__import__("sitecustomize")
