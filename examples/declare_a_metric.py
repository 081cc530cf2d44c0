"""A metric of one's own: declare it, check its laws, score with it, put the score into a level.

Run it with `python examples/declare_a_metric.py`. In a package of your own, an entry point in the group
"generallevel.metrics" that names this module makes the metric known wherever the package is installed.
"""

from collections.abc import Iterator

import numpy as np

import generallevel as gl
from generallevel.benchmark import Catalogue
from generallevel.registry import metric
from generallevel.scales import Linear
from generallevel.tallies import Ratio
from generallevel.testing import Samples, check_metric


@metric(unit="fraction", better="higher", bounds=(0.0, 1.0), scale=Linear(), source="ours")
def keyword_recall(pred: str, ref: str) -> Ratio:
    """Share of the reference's words that the answer contains, in [0, 1]; higher is better."""
    said = pred.lower().split()
    wanted = ref.lower().split()
    return Ratio(sum(word in said for word in wanted), len(wanted))


class Answers(Samples):
    """Answers for the laws, and how they get worse step by step; the perfect one is the reference itself."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[str, str]]:
        """Predictions with their references."""
        pairs = [("a red fox", "red fox"), ("the dog", "cat"), ("two boats at sea", "two boats"), ("", "bird")]
        for place in rng.permutation(len(pairs)):
            yield pairs[place]

    def worse(self, pred: str, k: int, rng: np.random.Generator) -> str:
        """The answer without its last k words: what is gone at k stays gone at k + 1."""
        words = pred.split()
        return " ".join(words[: max(len(words) - k, 0)])


check_metric(keyword_recall, Answers())
print("keyword_recall keeps every law")

score = gl.score("keyword_recall", ["a red fox", "the dog"], ["red fox", "cat"], keep_items=True)
print(f"{score.value:.3f} {score.unit} over {score.n_total} items: {[item.value for item in score.items or ()]}")
print(score.signature)

# A task of a benchmark of one's own, with a reference to beat. A typed score brings its unit along.
bench = Catalogue.from_rows(
    [
        {
            "task": "captions",
            "modality": "image",
            "paradigm": "comprehension",
            "metric": "keyword_recall",
            "unit": "percent",
            "better": "higher",
            "reference": 60.0,
        }
    ],
    name="pets",
)
report = gl.compute_level({"captions": score}, catalogue=bench)
print(f"won {report.wins} of {report.total}: level {report.level}, level_3 = {report.level_3:.3f}")
