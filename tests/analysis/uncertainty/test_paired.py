"""Paired tests: worked values, oracles, laws, the error they promise, and messages."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest, permutation_test

from generallevel.analysis.uncertainty.paired import paired_test
from generallevel.errors import InvalidInput, LengthMismatch
from generallevel.scoring import score
from generallevel.tallies import Additive, Mean, Pool, Ratio

RNG = np.random.default_rng(12)
FIRST = RNG.beta(3, 2, 80)
SECOND = np.clip(FIRST - 0.02 + RNG.normal(0, 0.08, 80), 0, 1)


@dataclass(frozen=True, slots=True)
class Greatest(Pool):
    """A score that needs its units."""

    @property
    def value(self) -> float:
        return float(max(self.units))


def answers(only_first: int, only_second: int, both: int = 20, neither: int = 10) -> tuple[list[int], list[int]]:
    first = [1] * only_first + [0] * only_second + [1] * both + [0] * neither
    return first, [0] * only_first + [1] * only_second + [1] * both + [0] * neither


@pytest.mark.oracle
@pytest.mark.parametrize(("b", "c"), [(10, 2), (2, 10), (5, 5), (0, 0), (7, 0), (30, 21)])
def test_mcnemar_is_a_binomial_test_of_the_discordant(b: int, c: int) -> None:
    pair = answers(b, c)
    pmf = [math.comb(b + c, k) / 2 ** (b + c) for k in range(b + c + 1)]
    for alternative in ("greater", "two-sided"):
        exact = paired_test(*pair, "mcnemar-exact", alternative=alternative)  # type: ignore[arg-type]
        mid = paired_test(*pair, alternative=alternative)  # type: ignore[arg-type]
        wanted = binomtest(b, b + c, alternative=alternative).pvalue if b + c else 1.0
        assert exact.p_value == pytest.approx(wanted)
        sides = 1 if alternative == "greater" else 2
        middle = sides * (
            sum(pmf[max(b, c) + 1 :] if sides == 2 else pmf[b + 1 :]) + pmf[b if sides == 1 else max(b, c)] / 2
        )
        assert mid.p_value == pytest.approx(min(1.0, middle) if b + c else 1.0)
    assert (exact.only_first, exact.only_second, exact.method) == (b, c, "mcnemar-exact")


@pytest.mark.oracle
@pytest.mark.parametrize("alternative", ["greater", "two-sided"])
def test_randomisation_is_the_permutation_test_of_scipy(alternative: Any) -> None:
    few, others = FIRST[:11], SECOND[:11]

    def difference(x: Any, y: Any, axis: int = -1) -> Any:
        return np.mean(x, axis=axis) - np.mean(y, axis=axis)

    wanted = permutation_test((few, others), difference, permutation_type="samples", alternative=alternative,
                              vectorized=True, n_resamples=np.inf)  # fmt: skip
    found = paired_test(few, others, alternative=alternative)
    assert (found.method, found.resamples, found.seed) == ("randomisation-exact", None, None)
    assert found.p_value == pytest.approx(wanted.pvalue)
    drawn = paired_test(few, others, alternative=alternative, resamples=2000)
    assert drawn.p_value == pytest.approx(wanted.pvalue, abs=5 * math.sqrt(wanted.pvalue / 2000))


@pytest.mark.oracle
def test_both_drawn_tests_are_those_of_sacrebleu() -> None:
    from sacrebleu.metrics import BLEU
    from sacrebleu.significance import PairedTest as Theirs

    @dataclass(frozen=True, slots=True)
    class Bleu(Additive):
        stats: NDArray[np.float64]

        @classmethod
        def read(cls, stats: Any) -> NDArray[np.float64]:
            sums = np.atleast_2d(stats)
            values = [BLEU.compute_bleu(r[2:6].tolist(), r[6:].tolist(), int(r[0]), int(r[1])).score for r in sums]
            return np.asarray(values if np.ndim(stats) > 1 else values[0])

    rng = np.random.default_rng(9)
    words = [f"w{place}" for place in range(40)]
    texts = [list(rng.choice(words, 12)) for _ in range(60)]

    def corrupted(share: float) -> list[str]:
        return [" ".join(w if rng.random() > share else "x" for w in text) for text in texts]

    refs, weak, strong = [[" ".join(text) for text in texts]], corrupted(0.25), corrupted(0.21)
    metric = BLEU(references=refs)
    tallies = [
        [Bleu(np.array(row, dtype=np.float64)) for row in metric._extract_corpus_statistics(texts_, None)]
        for texts_ in (strong, weak)
    ]
    for method, kind, alternative in (("randomisation", "ar", "two-sided"), ("bootstrap", "bs", "greater")):
        systems = [("weak", weak), ("strong", strong)]
        _, wanted = Theirs(systems, {"BLEU": BLEU(references=refs)}, None, test_type=kind, n_samples=1000)()
        found = paired_test(*tallies, method, alternative=alternative, resamples=1000)  # type: ignore[arg-type]
        theirs = wanted["BLEU"][1]
        assert found.scores[0] == pytest.approx(theirs.score)  # type: ignore[union-attr]
        p = theirs.p_value  # type: ignore[union-attr]
        assert found.p_value == pytest.approx(p, abs=5 * math.sqrt(2 * p * (1 - p) / 1000) + 0.005)


def test_the_error_of_the_difference_is_that_of_the_pairs() -> None:
    found = paired_test(FIRST, SECOND)
    apart = FIRST - SECOND
    assert found.difference == pytest.approx(apart.mean())
    assert found.standard_error == pytest.approx(apart.std(ddof=1) / math.sqrt(80))
    drawn = paired_test(FIRST, SECOND, "bootstrap")
    assert drawn.low == pytest.approx(found.low, abs=0.002)
    assert drawn.high == pytest.approx(found.high, abs=0.002)
    assert drawn.p_value == pytest.approx(found.p_value, abs=0.01)


def test_scores_pair_by_id_in_their_own_direction() -> None:
    refs = dict.fromkeys(range(40), "a b c d")
    good = {name: "a b c d" if name % 4 else "a b c x" for name in refs}
    poor = dict(reversed([(name, "a b c d" if name % 2 else "a x c x") for name in refs]))
    better, worse = (score("wer", preds, refs, keep_items=True) for preds in (good, poor))
    found = paired_test(better, worse)
    assert found.difference == pytest.approx(20 * 2 / 160 - 10 * 1 / 160)  # lower is better, and the first is
    assert found.p_value < 0.01
    assert found.unit == "fraction"
    assert paired_test(worse, better).difference == pytest.approx(-found.difference)
    assert paired_test(FIRST, SECOND, better="lower").difference == pytest.approx(-(FIRST - SECOND).mean())


@given(seed=st.integers(0, 30), order=st.randoms(use_true_random=False))
def test_the_seed_decides_and_the_order_of_pairs_does_not(seed: int, order: Any) -> None:
    places = list(range(80))
    order.shuffle(places)
    for method in ("randomisation", "bootstrap"):
        one = paired_test(FIRST, SECOND, method, seed=seed, resamples=50)  # type: ignore[arg-type]
        other = paired_test(FIRST[places], SECOND[places], method, seed=seed, resamples=50)  # type: ignore[arg-type]
        assert other.p_value == one.p_value
        assert (other.low, other.high) == pytest.approx((one.low, one.high))


@pytest.mark.parametrize("method", ["randomisation", "bootstrap", "mcnemar"])
def test_a_system_does_not_beat_itself(method: Any) -> None:
    items = answers(10, 10)[0] * 2
    found = paired_test(items, items, method, alternative="two-sided")
    assert (found.difference, found.p_value) == (0.0, 1.0)


def test_groups_are_swapped_as_one() -> None:
    rng = np.random.default_rng(3)
    shift = np.repeat(rng.normal(0.02, 0.15, 20), 10)
    first, second = rng.random(200) + shift, rng.random(200)
    alone = paired_test(first, second, seed=1)
    together = paired_test(first, second, groups=np.repeat(np.arange(20), 10), seed=1)
    assert (together.groups, alone.groups) == (20, None)
    assert together.standard_error > alone.standard_error  # type: ignore[operator]
    assert "groups:20" in together.signature


def test_pools_are_added_up_afresh() -> None:
    first = [Greatest((x,)) for x in FIRST[:30]]
    second = [Greatest((x,)) for x in SECOND[:30]]
    found = paired_test(first, second, resamples=200)
    assert (found.method, found.standard_error, found.low) == ("randomisation", None, None)
    drawn = paired_test(first, second, "bootstrap", resamples=200)
    assert drawn.low <= drawn.difference  # type: ignore[operator]
    assert "[" not in str(found)


def test_it_prints_and_is_plain_data() -> None:
    found = paired_test(FIRST, SECOND, seed=4)
    assert str(found).endswith("(greater; randomisation, 80 pairs)")
    assert found.signature.startswith(
        "paired:randomisation|alternative:greater|level:0.95|n:80|resamples:10000|seed:4|v:"
    )
    assert found.to_dict()["scores"] == list(found.scores)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["mcnemar", "mcnemar-exact", "randomisation", "bootstrap"])
def test_the_error_is_what_it_promises(method: Any) -> None:
    """No difference in truth: a test at 5 percent says otherwise in at most 5 percent of all draws."""
    rng, draws, n = np.random.default_rng(21), 1500, 60
    seen = covered = 0
    for _ in range(draws):
        level = rng.random(n) < 0.5
        first, second = (np.where(rng.random(n) < 0.4, rng.random(n) < 0.5, level).astype(float) for _ in range(2))
        found = paired_test(first, second, method, resamples=400, seed=int(rng.integers(1 << 30)))
        seen += found.p_value <= 0.05
        covered += found.low <= 0 <= found.high  # type: ignore[operator]
    slack = 4 * math.sqrt(0.05 * 0.95 / draws)
    bound = 0.065 if method in ("bootstrap", "mcnemar") else 0.05  # about its level; never above it
    assert seen / draws <= bound + slack
    assert covered / draws == pytest.approx(0.95, abs=slack + 0.01)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((FIRST, SECOND[:-1]), LengthMismatch, "80 items and 79"),
        (([1, 0], [0, 1]), InvalidInput, "2 pairs can show nothing: .* wants 6"),
        ((FIRST, SECOND, "mcnemar"), InvalidInput, "wants items that are right or wrong, and no groups"),
        ((FIRST, SECOND, "sign"), InvalidInput, "method = 'sign': wanted one of auto, mcnemar"),
        ((FIRST[:10], SECOND[:10], "bootstrap"), InvalidInput, "bootstrap of 10 pairs wants 20"),
        (([Mean(1, 1)] * 9, [Ratio(1, 1)] * 9), InvalidInput, "different kinds: Mean and Ratio"),
        (({"a": 1.0}, [1.0]), InvalidInput, "two mappings, which pair by id, or two sequences"),
        (({"a": 1.0}, {"b": 1.0}), LengthMismatch, "1 ids are in the first alone and 1 in the second, such as 'a'"),
    ],
)
def test_errors_say_what_to_do(arguments: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        paired_test(*arguments)


def test_scores_of_two_measures_do_not_pair() -> None:
    one = score("accuracy", [1, 2], [1, 2], keep_items=True)
    with pytest.raises(InvalidInput, match=r"do not measure the same thing: accuracy.* and exact_match"):
        paired_test(one, score("exact_match", ["1"], ["1"], keep_items=True))
    with pytest.raises(InvalidInput, match="one side is a Score"):
        paired_test(one, [1, 2])
    with pytest.raises(InvalidInput, match="accuracy is declared with 'higher'"):
        paired_test(one, one, better="lower")
    with pytest.raises(InvalidInput, match="alternative = 'less'"):
        paired_test(FIRST, SECOND, alternative="less")  # type: ignore[arg-type]
