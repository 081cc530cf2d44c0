"""Word and character error rate: edits, empty references, several references, other words."""

import pytest

from generallevel.errors import InvalidInput
from generallevel.metrics.language.transcripts import EditCounts, alignment, cer, wer
from generallevel.scoring import Stream, score

HARD = ["", " ", "a", "a\tb\nc", "\ud800 a", "👩‍🚀 b", "a b c", "猫が好き", "a " * 50]


@pytest.mark.parametrize(
    ("pred", "ref", "edits", "words"),
    [
        ("the cat sat down", "the cat sat down", 0, 4),
        ("the cap sat", "the cat sat down", 2, 4),
        ("a b c", "x", 3, 1),  # a rate has no upper bound
        ("", "a b", 2, 2),
        ("a\tb\n c ", "a b c", 0, 3),  # any white space parts words
        ("Hello, World", "hello world", 2, 2),  # case and punctuation count
    ],
)
def test_edits_per_reference_word(pred: str, ref: str, edits: int, words: int) -> None:
    assert wer(pred, ref) == EditCounts(edits, words, 1)
    assert wer(pred, ref).value == edits / words


def test_a_reference_without_words() -> None:
    assert wer("", "").value == 0  # silence, heard as silence
    assert wer("a b", "").value == 2  # each word said is one error
    assert score("wer", ["a b", "c d"], ["", "c d"]).value == 2 / 2  # and counts beside the words of the others


def test_edits_pool_over_a_set_and_the_released_code_takes_the_mean() -> None:
    preds, refs = ["a", "x y z"], ["a", "a b c d"]
    assert score("wer", preds, refs).value == (0 + 4) / (1 + 4)
    assert score("wer", preds, refs, variant="released").value == (0 / 1 + 4 / 4) / 2


def test_the_reference_with_the_lowest_rate_counts() -> None:
    assert wer("a b", ("a", "a b c")) == EditCounts(1, 3, 1)  # 1 / 3 before 1 / 1
    assert wer("x", ("a", "a b")) == EditCounts(1, 1, 1)  # of two rates of 1, the fewer edits


def test_case_and_words_can_be_chosen() -> None:
    assert wer("A B", "a b", fold_case=True).value == 0
    assert wer("猫が好き", "猫が好").value == 1
    assert wer("猫が好き", "猫が好", tokens="words").value == 1 / 3
    assert wer("ab", "ac", tokens=list).value == 1 / 2
    assert wer("a b, c", "a b, d", tokens=lambda text: text.split(", ")).value == 1 / 2  # a word may hold a blank


def test_a_missing_transcript_is_an_empty_one() -> None:
    result = score("wer", [None, "a"], ["b c d", "a"])
    assert (result.value, result.n_scored) == (3 / 4, 1)


@pytest.mark.parametrize(
    ("pred", "ref", "options", "message"),
    [
        (3, "a", {}, "wanted a text .*, got int: 3. A number is compared as text only where it is passed as str"),
        (["a", "b"], "a", {}, r"wanted a text \(str\), got list: .* Several references of one item are a tuple"),
        (b"a", "a", {}, "got bytes: .* Decode it first"),
        ("a", (), {}, "an item without a reference cannot be scored"),
        ("a", "a", {"tokens": "word"}, "tokens = 'word' is no way to cut a text; .* Did you mean 'words'"),
        ("a", "a", {"tokens": lambda text: text}, "must return a list of str; it returned 'a'"),
    ],
)
def test_what_cannot_be_scored(pred: object, ref: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        wer(pred, ref, **options)


@pytest.mark.parametrize("options", [{}, {"pooled": False}, {"tokens": "words"}, {"fold_case": True}])
def test_the_batch_is_the_loop(options: dict[str, object]) -> None:
    preds = [pred for pred in HARD for _ in HARD]
    refs = [ref for _ in HARD for ref in HARD]
    batch, loop = Stream("wer", **options), Stream("wer", **options)
    batch.extend(preds, refs)
    for pred, ref in zip(preds, refs, strict=True):
        loop.add(pred, ref)
    assert batch.value == pytest.approx(loop.value, abs=1e-12)
    assert batch.n_total == loop.n_total == len(HARD) ** 2


def test_a_million_characters() -> None:
    assert wer("a" * 10**6, "a" * 10**6).value == 0
    words = " ".join(str(n) for n in range(150_000))
    assert wer(words + " more", words).value == 1 / 150_000


@pytest.mark.parametrize(
    ("pred", "ref", "options", "rate"),
    [
        ("cats", "cat", {}, 1 / 3),
        ("", "cat", {}, 3 / 3),
        ("cat", "", {}, 3),
        ("", "", {}, 0),
        (" cat\n", "cat", {}, 0),
        (" cat", "cat", {"space": "keep"}, 1 / 3),
        ("a  b", "a b", {}, 1 / 3),
        ("a  b", "a b", {"space": "fold"}, 0),
        ("我 喜欢 猫", "我喜欢狗", {"space": "drop"}, 1 / 4),
        ("Cat", "cat", {"fold_case": True}, 0),
        ("é", "e\u0301", {}, 2 / 2),  # one composed, one of two code points
        ("ab", ("xyz", "ac"), {}, 1 / 2),
        ("\ud800", "\ud801", {}, 1),
    ],
)
def test_characters(pred: str, ref: object, options: dict[str, object], rate: float) -> None:
    assert cer(pred, ref, **options).value == pytest.approx(rate, abs=1e-15)
    assert score("cer", [pred], [ref], **options).value == pytest.approx(rate, abs=1e-15)


def test_characters_are_pooled_or_averaged() -> None:
    preds, refs = ["ab", "xbcdefgh"], ["ac", "abcdefgh"]
    assert score("cer", preds, refs).value == (1 + 1) / (2 + 8)
    assert score("cer", preds, refs, variant="mean").value == (1 / 2 + 1 / 8) / 2
    assert score("cer", [None, "ab"], ["ab", "ab"]).value == 2 / 4


def test_what_is_no_transcript_of_characters() -> None:
    with pytest.raises(InvalidInput, match=r"wanted a text .*got int: 3"):
        cer(3, "a")
    with pytest.raises(InvalidInput, match="space is 'keep' or 'strip' or 'fold' or 'drop', not 'none'"):
        cer("a", "a", space="none")
    with pytest.raises(InvalidInput, match=r"the reference is \(\)"):
        score("cer", ["a"], [()])


def test_an_alignment_counts_as_the_rate_does() -> None:
    pred, ref = "the cap sat on on mat", "a the cat sat on the mat"
    edits = [edit for edit in alignment(pred, ref) if edit.kind != "equal"]
    assert len(edits) == wer(pred, ref).edits == 3
    assert [edit.ref for edit in alignment(pred, ref) if edit.ref] == ref.split()
    assert [edit.pred for edit in alignment(pred, ref) if edit.pred] == pred.split()
    assert alignment("", "") == ()
    assert alignment("ab", "ac", tokens=list)[1] == ("substitute", "c", "b")
