"""The front door: its names are sorted, each resolves lazily, and none is hidden by a module of the same name."""

import pkgutil
import subprocess
import sys

import pytest

import generallevel

SUBMODULES = {module.name for module in pkgutil.iter_modules(generallevel.__path__)}


def test_names_are_sorted_and_said_once() -> None:
    assert list(generallevel.__all__) == sorted(set(generallevel.__all__))


def test_dir_lists_every_name() -> None:
    assert set(generallevel.__all__) <= set(dir(generallevel))


@pytest.mark.parametrize("name", generallevel.__all__)
def test_every_name_resolves(name: str) -> None:
    assert getattr(generallevel, name) is not None


@pytest.mark.parametrize("name", generallevel.__all__)
def test_a_function_never_shares_the_name_of_a_submodule(name: str) -> None:
    value = getattr(generallevel, name)
    if name in SUBMODULES:
        assert value is sys.modules[f"generallevel.{name}"], (
            f"generallevel.{name} is a module and a public name: which of them a user gets depends on earlier imports"
        )


@pytest.mark.parametrize("name", sorted(SUBMODULES & set(generallevel.__all__)))
def test_a_module_of_the_front_door_says_what_it_exports(name: str) -> None:
    module = getattr(generallevel, name)
    assert module.__all__
    assert all(hasattr(module, member) for member in module.__all__)


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        generallevel.no_such_name  # noqa: B018 - the access is the test


def test_star_import_gives_exactly_the_front_door() -> None:
    code = "before = set(dir())\nfrom generallevel import *\nprint(*sorted(set(dir()) - before - {'before'}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == sorted(generallevel.__all__)
