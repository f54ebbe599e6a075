"""Inert stand-ins for packages that Rasa imports at start and this assistant never uses.

Rasa imports TensorFlow for classifiers that `config.yml` does not name, and one client library for
every messenger it knows. A stand-in package answers those imports: whatever is asked of it is an
inert class that can be named, subclassed and written in an annotation. Calling it is an error that
says so in one line.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class NotInstalled(RuntimeError):
    """Something real was asked of a package that only a stand-in is installed for."""


class Inert(type):
    """The class of every stand-in class: its attributes are inert classes, its calls are refused."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _inert(cls.__module__, f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        base = next(known for known in cls.__mro__ if known.__dict__.get("_stand_in"))
        package = base.__module__.partition(".")[0]
        raise NotInstalled(
            f"{base.__module__}.{base.__qualname__} was called, but this assistant runs without {package}: "
            f"a stand-in is installed (see pyproject.toml, [tool.uv])."
        )


class _StandInModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _inert(self.__name__, name)
        setattr(self, name, value)
        return value


class _Finder(MetaPathFinder, Loader):
    """Finds every submodule of the packages that have a stand-in."""

    def __init__(self) -> None:
        self.packages: set[str] = set()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        package, _, submodule = fullname.partition(".")
        # `from package import __version__` looks for a module of that name when there is no attribute.
        if submodule and package in self.packages and not submodule.rpartition(".")[2].startswith("__"):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: a stand-in has no code."""


_FINDER = _Finder()


def stand_in(name: str) -> None:
    """Make the imported package `name` inert: any attribute and any submodule of it can be imported."""
    if _FINDER not in sys.meta_path:
        sys.meta_path.append(_FINDER)
    _FINDER.packages.add(name)
    sys.modules[name].__class__ = _StandInModule


def _inert(module: str, qualname: str) -> Inert:
    name = qualname.rpartition(".")[2]
    # `except (package.SomeError, …)` needs a real exception class as soon as anything is raised there.
    bases = (Exception,) if name.endswith(("Error", "Exception", "Failure")) else ()
    return Inert(name, bases, {"__module__": module, "__qualname__": qualname, "_stand_in": True})
