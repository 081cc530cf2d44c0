"""Names that a package loads when they are first used, so that importing it costs little."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["late_names"]


def late_names(package: str, homes: Mapping[str, str], namespace: dict[str, Any]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package.

    Parameters
    ----------
    package : str
        Its name.
    homes : mapping of str to str
        The module below the package that each name comes from; an empty text where the name is such a module itself.
    namespace : dict
        The package's globals, which keep what was loaded.

    Returns
    -------
    callable
        From a name to its value; raises `AttributeError` for another one.
    """

    def loaded(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if homes[name]:
            namespace[name] = getattr(import_module(f"{package}.{homes[name]}"), name)
        else:
            namespace[name] = import_module(f"{package}.{name}")
        return namespace[name]

    return loaded
