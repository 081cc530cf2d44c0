"""CIDEr: cosines of weighted n-grams, clipping, the length penalty, the set that gives the weights."""

import math
import pickle

import pytest

from generallevel.errors import InvalidInput, UndefinedScore
from generallevel.metrics.language.captions import DocumentFrequencies, cider
from generallevel.scoring import score

REFS = ["a b c d e", "v w x y z"]  # nothing in common: every weight is log 2


def test_a_text_that_equals_its_only_reference_scores_ten() -> None:
    result = score("cider", REFS, REFS)
    assert result.value == pytest.approx(10, abs=1e-12)
    assert result.normalised == 100  # clipped: a printed 100 is a score of 1


def test_orders_that_a_text_is_too_short_for_score_nothing() -> None:
    both = cider("a b", "a b") + cider("x y z", "x y z")
    assert both.each.tolist() == pytest.approx([10 * 2 / 4, 10 * 3 / 4], abs=1e-12)


@pytest.mark.parametrize(
    ("clipped", "value"),
    [
        # Cosines of 5, 4, 3 and 2 shared n-grams among 5 and 6, 4 and 5, 3 and 4, 2 and 3.
        (False, sum(n / math.sqrt(n * (n + 1)) for n in (5, 4, 3, 2)) / 4 * 10),
        (True, sum(n / math.sqrt(n * (n + 1)) for n in (5, 4, 3, 2)) / 4 * 10 * math.exp(-1 / 72)),
    ],
)
def test_one_word_too_many(clipped: bool, value: float) -> None:
    both = cider("a b c d e f", REFS[0], clipped=clipped) + cider(REFS[1], REFS[1], clipped=clipped)
    assert both.each[0] == pytest.approx(value, abs=1e-12)


def test_clipping_does_not_reward_a_word_said_again() -> None:
    said = "a a a a a"
    plain, clipped = (cider(said, REFS[0], clipped=c) + cider(REFS[1], REFS[1], clipped=c) for c in (False, True))
    assert plain.each[0] == pytest.approx(10 / 4 * 5 / (5 * math.sqrt(5)), abs=1e-12)
    assert clipped.each[0] == pytest.approx(10 / 4 * 1 / (5 * math.sqrt(5)), abs=1e-12)


def test_the_mean_over_references_counts() -> None:
    both = cider(REFS[0], (REFS[0], "q")) + cider(REFS[1], REFS[1])
    assert both.each[0] == pytest.approx(5, abs=1e-12)


def test_what_every_item_has_weighs_nothing() -> None:
    both = cider("the", "the cat") + cider("the", "the dog")
    assert both.each.tolist() == [0, 0]


def test_a_set_of_one_has_no_weights() -> None:
    with pytest.raises(UndefinedScore, match=r"with one item none is rare.*pass idf=DocumentFrequencies"):
        score("cider", REFS[:1], REFS[:1])
    kept = score("cider", REFS, REFS, keep_items=True)
    assert kept.items is not None
    assert [item.value for item in kept.items] == [None, None]


def test_fixed_frequencies_give_each_item_a_score_of_its_own() -> None:
    idf = DocumentFrequencies.of(REFS)
    assert score("cider", REFS[:1], REFS[:1], idf=idf).value == pytest.approx(10, abs=1e-12)
    assert idf.fingerprint == DocumentFrequencies.of(REFS[::-1]).fingerprint
    assert idf.fingerprint != DocumentFrequencies.of([*REFS, "q"]).fingerprint
    assert f"idf:{idf.fingerprint}" in score("cider", REFS, REFS, idf=idf).signature
    assert pickle.loads(pickle.dumps(idf)).fingerprint == idf.fingerprint


@pytest.mark.parametrize("counts", [({"a": 3}, {}, {}, {}), ({"a": 1},)])
def test_frequencies_that_are_none(counts: tuple[dict[object, int], ...]) -> None:
    with pytest.raises(InvalidInput, match=r"document frequencies are 4 mappings.*n = 2"):
        DocumentFrequencies(counts, 2)


def test_the_released_code_for_speech_exchanges_text_and_reference() -> None:
    preds, refs = ["a b c d e f", "v w x"], ["a b c d", "v w x y"]
    swapped = score("cider", preds, refs, variant="released_audio")
    assert swapped.value == score("cider", refs, preds, variant="plain", tokens="spaces").value
    with pytest.raises(InvalidInput, match="its one reference; got 2"):
        cider("a", ("a", "b"), swapped=True)


@pytest.mark.parametrize(
    ("text", "own"),
    [("", 0), ("...", 0), ("\ud800", 0), ("👩‍🚀 👍🏽 ☂ ❤️", 10), ("猫が好き", 10), ("हिन्दी में कुछ", 7.5), ("हिन्दी", 2.5)],
)
def test_hard_texts(text: str, own: float) -> None:
    both = cider(text, text) + cider("x y z w", "x y z w")
    assert both.each.tolist() == pytest.approx([own, 10], abs=1e-12)


def test_order_does_not_matter_to_the_last_digit() -> None:
    preds = [f"word{n} a b c {n % 3} d" for n in range(40)]
    refs = [f"word{n} a b {n % 2} d e" for n in range(40)]
    assert score("cider", preds, refs).value == score("cider", preds[::-1], refs[::-1]).value


def test_a_missing_caption_is_an_empty_one() -> None:
    result = score("cider", [REFS[0], None], REFS)
    assert (round(result.value, 12), result.n_scored) == (5, 1)


@pytest.mark.slow
def test_a_million_characters() -> None:
    text = "a " * 500_000
    both = cider(text, text) + cider("b c d e", "b c d e")
    assert both.value == pytest.approx(10, abs=1e-9)


@pytest.mark.parametrize(("pred", "ref", "message"), [(1, "a", "wanted a text"), ("a", (), "without a reference")])
def test_what_cannot_be_scored(pred: object, ref: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        cider(pred, ref)
