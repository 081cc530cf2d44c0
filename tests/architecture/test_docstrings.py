"""Every public name says what it is, what it takes, what it gives back and, for a metric, unit, range and source."""

import ast
import importlib
import inspect
import math
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator

import pytest

import generallevel
from generallevel.registry import Metric, list_metrics


def public_modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(generallevel.__path__, "generallevel."):
        if not any(part.startswith("_") for part in module.name.split(".")):
            yield module.name


def public_objects() -> Iterator[tuple[str, object]]:
    seen: set[int] = set()
    for name in generallevel.__all__:
        value = getattr(generallevel, name)
        if callable(value) and id(value) not in seen:
            seen.add(id(value))
            yield f"generallevel.{name}", value
    for where in public_modules():
        module = importlib.import_module(where)
        for name, value in sorted(vars(module).items()):
            ours = getattr(value, "__module__", None) == where
            named = not name.startswith("_") and not name.isupper()  # a constant is explained where it stands
            if named and ours and callable(value) and id(value) not in seen:
                seen.add(id(value))
                yield f"{where}.{name}", value


def front_functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """The functions that users call: of the front door, and of the modules and packages that it names."""
    for name in generallevel.__all__:
        value = getattr(generallevel, name)
        if inspect.ismodule(value):
            members = {f"{name}.{member}": getattr(value, member) for member in getattr(value, "__all__", ())}
            yield from ((member, function) for member, function in members.items() if inspect.isfunction(function))
        elif inspect.isfunction(value):
            yield name, value


OBJECTS = dict(public_objects())
FUNCTIONS = dict(front_functions())
RANGE = re.compile(r"[\[(]-?[\w.]+, -?[\w.]+[\])]")
COMPUTABLE = {metric.name: metric for metric in list_metrics(computable=True)}


def sections(doc: str) -> set[str]:
    return set(re.findall(r"^(\w[\w ]*)\n-{3,}$", doc, flags=re.MULTILINE))


def raises(function: Callable[..., object]) -> bool:
    """Whether the body itself raises, other than to say that it is abstract."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return any(
        isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" not in ast.unparse(node.exc)
        for node in ast.walk(tree)
    )


@pytest.mark.parametrize("name", OBJECTS)
def test_it_has_a_docstring_that_opens_with_one_sentence(name: str) -> None:
    doc = inspect.getdoc(OBJECTS[name])
    assert doc, f"{name} has no docstring"
    first = doc.partition("\n\n")[0]
    assert first.rstrip().endswith((".", ":", "?", ")")), f"{name}: the first paragraph is no sentence: {first!r}"


@pytest.mark.parametrize("name", [name for name, value in OBJECTS.items() if inspect.isclass(value)])
def test_every_public_method_is_described(name: str) -> None:
    for member, value in vars(OBJECTS[name]).items():
        if member in getattr(OBJECTS[name], "__dataclass_fields__", {}):
            continue  # a function as the default of a field; the class describes its fields
        if not member.startswith("_") and (inspect.isroutine(value) or isinstance(value, property | classmethod)):
            assert inspect.getdoc(getattr(OBJECTS[name], member)), f"{name}.{member} has no docstring"


def described(doc: str) -> str:
    """The Parameters section, and those of the names that the docstring points to, such as "as for `compute_level`"."""
    cited = (getattr(generallevel, name, None) for name in re.findall(r"`(\w+)`", doc))
    texts = [doc, *(inspect.getdoc(value) or "" for value in cited if callable(value))]
    return "\n".join(re.split(r"(?:Parameters|Attributes)\n---", text)[-1] for text in texts)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_its_sections(name: str) -> None:
    function, doc = FUNCTIONS[name], inspect.getdoc(FUNCTIONS[name]) or ""
    signature, found = inspect.signature(function), sections(doc)
    if signature.parameters:
        assert "Parameters" in found, f"{name} has parameters and no Parameters section"
        for parameter in signature.parameters:
            assert re.search(rf"^[\w, *]*\b{parameter}\b", described(doc), flags=re.MULTILINE), f"{name}: {parameter}?"
    if signature.return_annotation not in (None, "None", signature.empty):
        assert found & {"Returns", "Yields"}, f"{name} returns something and has no Returns section"
    if raises(function):
        assert "Raises" in found, f"{name} raises and has no Raises section"


@pytest.mark.parametrize("name", COMPUTABLE)
def test_a_metric_with_a_function_says_what_it_takes_and_gives(name: str) -> None:
    doc = inspect.getdoc(COMPUTABLE[name].function) or ""
    missing = {"Parameters", "Returns"} - sections(doc)
    assert not missing, f"{name} has no {missing}"
    assert "References" in sections(doc) or "Source:" in doc, f"{name} names no source"
    returns = doc.partition("Returns\n---")[2].partition("\n\n")[0]
    assert re.search(r"[\[(]-?[\w.]+, -?[\w.]+[\])]", returns), (
        f"{name}: Returns says no range such as [0, 1]: {returns}"
    )
    assert "better" in returns, f"{name}: Returns does not say whether higher or lower is better"


@pytest.mark.parametrize("metric", list_metrics(), ids=lambda metric: metric.name)
def test_a_declaration_is_complete(metric: Metric) -> None:
    assert metric.summary.endswith("."), metric.summary
    assert metric.unit.strip()
    assert metric.source.strip()
    assert metric.better in ("higher", "lower")
    assert not any(map(math.isnan, (*metric.bounds, metric.best)))
    assert metric.scale.formula.strip()
    assert metric.computable or metric.needs.strip(), "a metric without a function says what it is computed from"
