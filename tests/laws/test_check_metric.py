"""The check itself: what it asks for, what it reports, and that it is the same every time."""

import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from generallevel import registry
from generallevel.errors import InvalidInput, NotFinite, UndefinedScore, UnknownMetric, UnknownName
from generallevel.registry import Metric, Variant, declare, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Mean, Pool, Ratio
from generallevel.testing import LAWS, Arrays, Drawn, Labels, LawBroken, Samples, check_metric, laws_of


@pytest.fixture(autouse=True)
def _registry_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.list_metrics()
    monkeypatch.setattr(registry, "_metrics", dict(registry._metrics))
    monkeypatch.setattr(registry, "_folded", dict(registry._folded))


def toy(function: Any, **facts: Any) -> Metric:
    standard = {"unit": "fraction", "better": "higher", "bounds": (0, 1), "scale": Linear(), "source": "ours"}
    return metric(**(standard | {"name": "toy", "summary": "A toy."} | facts))(function)


def bare() -> Metric:
    facts = {"unit": "fraction", "better": "higher", "bounds": (0, 1), "scale": Linear(), "source": "ours"}
    return declare("toy", summary="A toy.", needs="toys", **facts)


def equal(pred: object, ref: object) -> Ratio:
    return Ratio(int(pred == ref), 1)


def half(pred: object, ref: object) -> Ratio:
    return Ratio(int(pred == ref), 2)


@dataclass(frozen=True)
class Gap(Pool):
    """The distance between the means of two sets; a unit is (side, number)."""

    @property
    def value(self) -> float:
        sides = [[number for side, number in self.units if side == which] for which in (0, 1)]
        if not all(sides):
            raise UndefinedScore("one of the two sets is empty")
        return abs(math.fsum(sides[0]) / len(sides[0]) - math.fsum(sides[1]) / len(sides[1]))


def gap(pred: Any, ref: Any) -> Gap:
    number = pred if ref is None else ref
    if not math.isfinite(number):
        raise NotFinite(f"{number} is no number")
    return Gap(((0 if ref is None else 1, float(number)),))


class TwoSets(Samples):
    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        yield from ((float(pred), float(ref)) for pred, ref in rng.integers(9, size=(8, 2)))

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred + k


class TestWhatItTakes:
    def test_a_name(self) -> None:
        assert check_metric("accuracy", Labels()) is None

    def test_an_object_that_is_only_iterated(self) -> None:
        class Fixed:
            def __iter__(self) -> Iterator[tuple[str, str]]:
                return iter([("a", "a"), ("b", "a"), ("b", "b")])

            def perfect(self, ref: str) -> str:
                return ref

            def worse(self, pred: str, k: int, rng: np.random.Generator) -> str:
                return "wrong" if k else pred

        check_metric(toy(equal), samples=Fixed())

    def test_a_metric_of_two_sets(self) -> None:
        facts = {"unit": "data", "better": "lower", "bounds": (0, math.inf), "scale": Saturating(1)}
        check_metric(toy(gap, pairing="unpaired", item="none", **facts), TwoSets())

    def test_a_declaration_needs_no_samples(self) -> None:
        check_metric(bare())

    def test_parameters_and_a_variant_with_a_best_of_its_own(self) -> None:
        def scaled(pred: object, ref: object, *, top: float) -> Mean:
            return Mean(top * (pred == ref), 1)

        entry = toy(scaled, variants={"half": Variant({"top": 0.5}, best=0.5)})
        check_metric(entry, Labels(), params={"top": 1.0})
        check_metric(entry, Labels(), variant="half")
        with pytest.raises(LawBroken, match="perfect: A perfect prediction scores the declared best"):
            check_metric(entry, Labels(), params={"top": 0.5})

    def test_a_tolerance(self) -> None:
        entry = toy(lambda pred, ref: Mean((1 - 1e-7) * (pred == ref), 1))
        loose = Labels()
        loose.tolerance = 1e-6
        check_metric(entry, loose)
        with pytest.raises(LawBroken, match="perfect:"):
            check_metric(entry, Labels())

    def test_only_the_laws_that_are_named(self) -> None:
        check_metric(toy(half), Labels(), laws=["order", "shards"])
        check_metric(toy(half), Labels(), laws="order")
        with pytest.raises(LawBroken, match="breaks 1 of 1 laws"):
            check_metric(toy(half), Labels(), laws=["perfect"])


class TestWhatItRefuses:
    def test_no_samples(self) -> None:
        with pytest.raises(InvalidInput, match=r"toy has a function.*pass samples=.*Labels\(\)"):
            check_metric(toy(equal))

    def test_an_unknown_law(self) -> None:
        with pytest.raises(UnknownName, match=r"no law is called 'ordr'. Did you mean 'order'\?"):
            check_metric("accuracy", Labels(), laws=["ordr"])

    def test_an_unknown_metric_or_variant_or_a_missing_parameter(self) -> None:
        with pytest.raises(UnknownMetric, match="no metric is called 'acuracy'"):
            check_metric("acuracy", Labels())
        with pytest.raises(UnknownMetric, match="accuracy has no variant 'strict'"):
            check_metric("accuracy", Labels(), variant="strict")
        with pytest.raises(InvalidInput, match="psnr needs data_range="):
            check_metric("psnr", Arrays())

    @pytest.mark.parametrize(
        ("pairs", "message"),
        [
            ([], "yields no sample"),
            (["ab"], "yields 'ab'; a sample is a tuple"),
            ([("a", "b", "c")], "a sample is a tuple"),
        ],
    )
    def test_samples_that_are_no_pairs(self, pairs: list[Any], message: str) -> None:
        class Odd(Labels):
            def __call__(self, rng: np.random.Generator) -> Iterator[Any]:
                return iter(pairs)

        with pytest.raises(InvalidInput, match=message):
            check_metric(toy(equal), Odd())

    def test_samples_without_the_methods(self) -> None:
        with pytest.raises(InvalidInput, match="list has no method perfect"):
            check_metric(toy(equal), [("a", "a")])
        with pytest.raises(InvalidInput, match="samples is 3: it must yield"):
            check_metric(toy(equal), 3)

    def test_labels_of_one_class_and_numbers_of_no_range(self) -> None:
        with pytest.raises(InvalidInput, match="two classes at least"):
            Labels(["only"])


class TestWhatItSays:
    def test_every_broken_law_in_one_report(self) -> None:
        with pytest.raises(LawBroken) as caught:
            check_metric(toy(half, absent=lambda ref: ref), Labels())
        assert caught.value.laws == ("perfect", "absent")
        first = caught.value.broken[0]
        assert (first.law, first.got) == ("perfect", "0.5")
        assert first.wanted == "best = 1.0 (within 1e-12, relative)"
        assert isinstance(caught.value, AssertionError)

    def test_an_input_is_cut_down_to_what_breaks_the_law(self) -> None:
        with pytest.raises(LawBroken) as caught:
            check_metric(toy(lambda pred, ref: Ratio(int(pred == ref and ref != 2), 1)), Labels((0, 1, 2, 3)))
        assert caught.value.broken[0].on == "preds = [2], refs = [2]; perfect predictions"

    def test_a_metric_that_raises_is_reported_once_with_its_error(self) -> None:
        with pytest.raises(LawBroken, match=r"(?s)breaks 1 of 23 laws.*scores: .*got     TypeError: ") as caught:
            check_metric(toy(lambda pred: Ratio(1, 1)), Labels())
        assert isinstance(caught.value.__cause__, TypeError)

    def test_an_error_in_the_middle_of_a_law_is_a_finding_of_that_law(self) -> None:
        def fragile(pred: Any, ref: Any) -> Mean:
            return Mean(-abs(round(pred) - round(ref)), 1)  # round(nan) is a ValueError

        class Whole(TwoSets):
            pass

        facts = {"better": "higher", "bounds": (-math.inf, 0), "scale": Linear(-1, 0)}
        with pytest.raises(LawBroken, match=r"(?s)breaks 1 of.*not_finite: .*got     ValueError: ") as caught:
            check_metric(toy(fragile, **facts), Whole())
        assert isinstance(caught.value.__cause__, ValueError)

    def test_arrays_are_shown_short(self) -> None:
        with pytest.raises(LawBroken, match=r"<array \(60, 80\), uint8, \d+ to 255>"):
            check_metric(
                toy(lambda pred, ref: Ratio(0, 1)), Arrays((60, 80), high=255, dtype="uint8"), laws=["perfect"]
            )

    def test_the_same_seed_says_the_same(self) -> None:
        def message(seed: int) -> str:
            with pytest.raises(LawBroken) as caught:
                check_metric(
                    toy(lambda pred, ref: Ratio(int(pred == ref), 1 + (ref == 3))), Labels(range(9)), seed=seed
                )
            return str(caught.value)

        assert message(4) == message(4)

    def test_the_global_random_state_is_left_alone(self) -> None:
        before = np.random.mtrand._rand.get_state()[1].tolist()
        check_metric("accuracy", Labels())
        assert np.random.mtrand._rand.get_state()[1].tolist() == before


class TestHypothesis:
    words = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6).map(" ".join)

    def samples(self) -> Drawn:
        return Drawn(
            st.tuples(self.words, self.words),
            perfect=lambda ref: ref,
            worse=lambda pred, k, rng: pred if k == 0 else pred + " z",
        )

    def test_a_strategy_will_do(self) -> None:
        check_metric(toy(equal), self.samples())

    def test_a_counterexample_is_shrunk(self) -> None:
        entry = toy(lambda pred, ref: Ratio(int(pred == ref and len(ref.split()) < 3), 1))
        with pytest.raises(LawBroken) as caught:
            check_metric(entry, self.samples(), laws=["perfect"])
        assert caught.value.broken[0].on == "preds = ['a a a'], refs = ['a a a']; perfect predictions"

    def test_a_metric_that_cannot_read_them_is_reported_once(self) -> None:
        with pytest.raises(LawBroken, match=r"breaks 1 of") as caught:
            check_metric(toy(lambda pred: Ratio(1, 1)), self.samples())
        assert caught.value.laws == ("scores",)

    def test_the_check_runs_where_hypothesis_is_not_installed(self) -> None:
        code = (
            "import sys; sys.modules['hypothesis'] = None\n"
            "from generallevel.testing import Drawn, Labels, check_metric\n"
            "check_metric('accuracy', Labels())\n"
            "try:\n    check_metric('accuracy', Drawn(None, worse=None))\n"
            'except ImportError as slip:\n    assert "generallevel[test]" in str(slip)\n'
            "else:\n    raise SystemExit('no error')\n"
        )
        assert subprocess.run([sys.executable, "-c", code], check=True).returncode == 0


def test_the_laws_of_a_metric() -> None:
    assert set(laws_of("wer")) == set(LAWS)
    assert set(LAWS) - set(laws_of("psnr")) == {"batch"}
    assert set(LAWS) - set(laws_of("mos")) == {"batch", "lengths"}
    assert set(LAWS) - set(laws_of("fid")) == {"absent", "batch", "items", "lengths"}
    assert laws_of(bare()) == ("declaration", "scale")


def test_every_law_says_what_it_holds_and_what_breaks_it() -> None:
    for law in LAWS.values():
        assert law.statement.endswith(".")
        assert law.cause
        assert law.body.__doc__
