"""The registry: declarations that contradict themselves, names, labels, parameters, plugins and pickling."""

import copy
import dataclasses
import importlib
import math
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generallevel import registry
from generallevel.errors import AmbiguousName, DuplicateName, InvalidInput, NotComputable, UnknownMetric
from generallevel.registry import Metric, Variant, declare, find, find_label, list_metrics, metric
from generallevel.scales import Complement, Linear
from generallevel.tallies import Ratio

FACTS: dict[str, Any] = {
    "unit": "fraction",
    "better": "higher",
    "bounds": (0, 1),
    "scale": Linear(),
    "source": "ours",
}
BARE: dict[str, Any] = FACTS | {"summary": "A toy.", "needs": "toys"}


def equal(pred: object, ref: object) -> Ratio:
    """Share of equal ones."""
    return Ratio(int(pred == ref), 1)


def toy(function: Any = equal, **facts: Any) -> Metric:
    return metric(**(FACTS | {"name": "toy"} | facts))(function)


class TestDeclaring:
    def test_best_is_the_end_to_which_better_points(self) -> None:
        assert toy().best == 1
        assert toy(better="lower", bounds=(0, math.inf), scale=Complement()).best == 0
        assert toy(best=0.9).best == 0.9

    def test_a_variant_may_have_a_best_of_its_own(self) -> None:
        entry = toy(variants={"strict": Variant(best=0.5), "loose": Variant()})
        assert [entry.best_of(name) for name in ("standard", "strict", "loose")] == [1, 0.5, 1]

    def test_the_summary_is_the_first_line_of_the_docstring(self) -> None:
        assert toy().summary == "Share of equal ones."
        assert toy(summary="Another.").summary == "Another."

    @pytest.mark.parametrize(
        ("facts", "message"),
        [
            ({"name": "Toy"}, "a metric's name is a lower-case identifier such as 'bleu_1', not 'Toy'"),
            ({"name": "toy-1"}, "not 'toy-1'"),
            ({"better": "more"}, "toy: better is 'higher' or 'lower', not 'more'"),
            ({"bounds": (1, 0)}, r"toy: best = 0 does not lie in bounds = \(1, 0\)"),
            ({"best": 100.0}, r"best = 100 does not lie in bounds = \(0, 1\); bounds and best are native values"),
            ({"best": math.nan}, "best = nan does not lie"),
        ],
    )
    def test_a_declaration_that_contradicts_itself(self, facts: dict[str, Any], message: str) -> None:
        with pytest.raises(InvalidInput, match=message):
            toy(**facts)

    def test_a_function_without_a_docstring(self) -> None:
        def silent(pred: object, ref: object) -> Ratio:
            return equal(pred, ref)

        with pytest.raises(InvalidInput, match="silent has no docstring: its first line says what the value is"):
            toy(silent)

    def test_it_is_called_and_looked_at_like_the_function(self) -> None:
        entry = toy()
        assert entry("a", "a") == Ratio(1, 1)
        assert entry.__name__ == "equal"
        assert entry.__doc__ == equal.__doc__
        assert entry.__wrapped__ is equal
        assert repr(entry) == "<metric toy: fraction, higher is better>"

    def test_its_mappings_cannot_be_changed(self) -> None:
        labels = {("S", "toy"): "percent"}
        entry = toy(labels=labels)
        labels["S", "other"] = "percent"
        assert dict(entry.labels) == {("S", "toy"): "percent"}
        with pytest.raises(TypeError):
            entry.labels["S", "toy"] = "fraction"  # type: ignore[index]
        with pytest.raises(TypeError):
            entry.variants["x"] = Variant()  # type: ignore[index]

    def test_a_bare_declaration_says_what_to_supply(self) -> None:
        bare = declare("bare", **BARE)
        assert not bare.computable
        assert repr(bare) == "<metric bare: fraction, higher is better, declared only>"
        with pytest.raises(
            NotComputable, match=r"bare is declared but has no function here.*computed from toys.*@metric"
        ):
            bare("a", "b")
        with pytest.raises(NotComputable, match="bare is declared"):
            bare.parameters()


class TestTwice:
    def test_another_module_must_choose_another_name(self) -> None:
        with pytest.raises(
            DuplicateName, match=r"'accuracy' is registered already, by generallevel\.metrics\.language"
        ):
            toy(name="accuracy")

    def test_a_bare_declaration_belongs_to_its_module_too(self) -> None:
        with pytest.raises(DuplicateName, match=r"'fid' is registered already, by generallevel\.metrics\.image"):
            declare("fid", **BARE)

    def test_a_cell_that_is_run_again_replaces_its_metric(self) -> None:
        first, second = toy(), toy()
        assert find("toy") is second is not first
        one, two = declare("bare", **BARE), declare("bare", **BARE)
        assert find("bare") is two is not one

    @pytest.mark.parametrize("alias", ["psnr", "P.S.N.R.", "word error rate"])
    def test_a_taken_alias_leaves_nothing_behind(self, alias: str) -> None:
        with pytest.raises(DuplicateName, match=r"of metric toy is taken by metric '(psnr|wer)'"):
            toy(aliases=["mine", alias])
        for name in ("toy", "mine"):
            with pytest.raises(UnknownMetric):
                find(name)
        declare("mine", **BARE)  # the name is free

    def test_two_names_that_read_alike_are_one(self) -> None:
        toy(name="my_toy")
        with pytest.raises(DuplicateName, match="the name 'mytoy' of metric mytoy is taken by metric 'my_toy'"):
            toy(name="mytoy")


class TestFinding:
    @pytest.mark.parametrize("name", ["bleu_1", "BLEU-1", "bleu 1", "Bleu.1"])
    def test_case_spaces_and_punctuation_do_not_matter(self, name: str) -> None:
        assert find(name).name == "bleu_1"

    def test_an_alias_and_a_metric_itself(self) -> None:
        entry = toy(aliases=["The Toy"])
        assert find("thetoy") is entry is find(entry)

    def test_a_label_that_one_metric_has(self) -> None:
        entry = toy(labels={("S", "Toy-Rate"): "percent"})
        assert find("toy rate") is entry

    def test_a_label_that_several_have(self) -> None:
        toy(name="toy_a", labels={("S", "TR"): "percent"})
        toy(name="toy_b", labels={("T", "TR"): "percent"})
        with pytest.raises(AmbiguousName, match=r"'TR' is spelt so by several metrics: toy_a, toy_b. Name the task"):
            find("TR")

    @pytest.mark.parametrize(
        ("name", "meant"), [("PSRN", "psnr"), ("acuracy", "accuracy"), ("chamferdistanc", "chamfer")]
    )
    def test_did_you_mean(self, name: str, meant: str) -> None:
        with pytest.raises(UnknownMetric, match=rf"no metric is called '{name}'. Did you mean '{meant}.*lists all \d+"):
            find(name)

    def test_nothing_is_offered_where_nothing_is_near(self) -> None:
        with pytest.raises(UnknownMetric, match=r"no metric is called 'qqqq'\. list_metrics\(\)"):
            find("qqqq")

    def test_a_label_on_its_sheet(self) -> None:
        assert find_label("Image-Generation", "psnr").name == "psnr"
        assert find_label("Audio-Generation", "P C C").name == "pitch_class_consistency"

    def test_a_label_of_several_metrics_on_one_sheet(self) -> None:
        toy(name="toy_a", labels={("S", "TR"): "percent"})
        toy(name="toy_b", labels={("S", "tr"): "percent"})
        with pytest.raises(AmbiguousName, match="'TR' on sheet S is spelt so by several metrics: toy_a, toy_b"):
            find_label("S", "TR")

    def test_a_label_or_a_sheet_that_nobody_has(self) -> None:
        with pytest.raises(
            UnknownMetric, match=r"no metric is spelt 'PSRN' on sheet Image-Generation\. Did you mean 'PSNR'"
        ):
            find_label("Image-Generation", "PSRN")
        with pytest.raises(
            UnknownMetric, match=r"no sheet is called 'Image-Generatoin'. Did you mean 'Image-Generation'"
        ):
            find_label("Image-Generatoin", "PSNR")

    def test_lists_are_sorted_and_filtered(self) -> None:
        names = [entry.name for entry in list_metrics()]
        assert names == sorted(names)
        computable = {entry.name for entry in list_metrics(computable=True)}
        declared = {entry.name for entry in list_metrics(computable=False)}
        assert computable | declared == set(names)
        assert not computable & declared
        assert "mos" in {entry.name for entry in list_metrics(judged=True)}
        assert "psnr" not in {entry.name for entry in list_metrics(judged=True)}


class TestParameters:
    @staticmethod
    def entry() -> Metric:
        def needy(pred: object, ref: object, *, span: float, fold: bool = False) -> Ratio:
            """Share of something."""
            return equal(pred, ref)

        return toy(needy, variants={"eight_bit": Variant({"span": 255})})

    def test_defaults_then_the_variant_then_the_caller(self) -> None:
        assert self.entry().parameters(span=1) == {"span": 1, "fold": False}
        assert self.entry().parameters("eight_bit") == {"span": 255, "fold": False}
        assert self.entry().parameters("eight_bit", span=2, fold=True) == {"span": 2, "fold": True}

    def test_one_without_a_safe_guess_must_be_given(self) -> None:
        with pytest.raises(
            InvalidInput, match=r"toy needs span=\.\.\.: it changes the number and there is no safe guess"
        ):
            self.entry().parameters()

    def test_an_unknown_one_is_refused_with_a_suggestion(self) -> None:
        with pytest.raises(InvalidInput, match=r"toy takes span, fold, not 'spam'. Did you mean 'span'\?"):
            self.entry().parameters(spam=1)
        with pytest.raises(InvalidInput, match="toy takes no parameter, not 'x'"):
            toy().parameters(x=1)

    def test_an_unknown_variant_is_refused_with_a_suggestion(self) -> None:
        with pytest.raises(
            UnknownMetric, match=r"toy has no variant 'eight'; it has standard, eight_bit. Did you mean"
        ):
            self.entry().parameters("eight")


class TestPickling:
    @pytest.mark.parametrize("name", ["psnr", "fid"])
    def test_ours_are_the_same_objects_again(self, name: str) -> None:
        assert pickle.loads(pickle.dumps(find(name))) is find(name)
        assert copy.deepcopy(find(name)) is find(name)

    def test_one_of_a_function_inside_a_function(self) -> None:
        def inner(pred: object, ref: object) -> Ratio:
            """Share of equal ones."""
            return equal(pred, ref)

        entry = toy(inner)
        assert pickle.loads(pickle.dumps(entry)) is entry

    def test_a_fresh_interpreter_imports_what_it_needs(self) -> None:
        code = f"import pickle; print(pickle.loads({pickle.dumps(find('psnr'))!r}))"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert run.stdout.strip() == "<metric psnr: dB, higher is better>"

    def test_what_is_not_registered_is_refused_and_not_mistaken(self) -> None:
        changed = dataclasses.replace(find("psnr"), better="lower", best=-math.inf)
        with pytest.raises(pickle.PicklingError, match="psnr"):
            pickle.dumps(changed)


PLUGIN = """
from generallevel.registry import metric
from generallevel.scales import Linear
from generallevel.tallies import Ratio


FACTS = {"unit": "fraction", "better": "higher", "bounds": (0, 1), "scale": Linear(), "source": "theirs"}


@metric(labels={("Theirs", "TA"): "percent"}, **FACTS)
def their_accuracy(pred, ref):
    "Share of equal ones."
    return Ratio(int(pred == ref), 1)
"""


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A maker of installed distributions, each with one module behind the entry-point group."""
    made = []

    def make(module: str, source: str) -> None:
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[generallevel.metrics]\n{module} = {module}\n", encoding="utf-8")
        made.append(module)
        importlib.invalidate_caches()

    monkeypatch.syspath_prepend(str(tmp_path))
    registry._load_plugins.cache_clear()
    yield make
    registry._load_plugins.cache_clear()
    for module in made:
        sys.modules.pop(module, None)


class TestPlugins:
    def test_a_plugin_is_imported_when_a_name_is_not_ours(self, distribution: Any) -> None:
        distribution("their_metrics", PLUGIN)
        assert find("accuracy").name == "accuracy"
        assert find_label("Image-Generation", "PSNR").name == "psnr"
        assert "their_metrics" not in sys.modules
        assert find("Their Accuracy")("a", "a").value == 1.0
        assert "their_metrics" in sys.modules

    def test_a_plugin_is_imported_for_a_list_and_for_a_label(self, distribution: Any) -> None:
        distribution("their_metrics", PLUGIN)
        assert find_label("Theirs", "ta").name == "their_accuracy"
        assert "their_accuracy" in {entry.name for entry in list_metrics()}

    def test_a_broken_plugin_is_a_warning_and_takes_nothing_down(self, distribution: Any) -> None:
        distribution("a_broken_one", "raise RuntimeError('no luck')")
        distribution("their_metrics", PLUGIN)
        with pytest.warns(
            UserWarning, match=r"plugin 'a_broken_one' \(a_broken_one\) could not be loaded: RuntimeError"
        ):
            names = {entry.name for entry in list_metrics()}
        assert {"accuracy", "their_accuracy"} <= names

    def test_a_plugin_does_not_replace_one_of_ours(self, distribution: Any) -> None:
        ours = find("accuracy")
        distribution("their_metrics", PLUGIN.replace("their_accuracy", "accuracy"))
        with pytest.warns(UserWarning, match="DuplicateName.*'accuracy' is registered already"):
            list_metrics()
        assert find("accuracy") is ours
