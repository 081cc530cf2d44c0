"""The maker of pycocoevalcap_captions.json: BLEU-4, CIDEr-D and plain CIDEr of random sets of captions.

The first two are pycocoevalcap 1.2 as it is. Plain CIDEr is its scorer with two lines taken back to what they were
before CIDEr-D: no minimum, and no penalty. Run in an environment of its own::

    python -m pip install --no-deps pycocoevalcap==1.2 numpy
    python tests/oracle/make_pycocoevalcap_captions.py > \\
        tests/oracle/pycocoevalcap_captions.json
"""

import json
import random
import sys
from typing import Any

SETS = 220
WORDS = "a b c the cat dog sat".split()  # noqa: SIM905


def sets() -> list[list[dict[str, Any]]]:
    """Sets of two to six items; some captions are empty or a single word, some items have several references."""
    rng = random.Random(5)

    def caption(shortest: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(shortest, 12)))

    def near(text: str) -> str:
        words = text.split()
        for _ in range(rng.randint(0, 3)):
            words[rng.randrange(len(words))] = rng.choice(WORDS)
        return " ".join(words[rng.randint(0, 1) :])

    made = []
    for _ in range(SETS):
        items = []
        for _ in range(rng.randint(2, 6)):
            refs = [caption(1) for _ in range(rng.choice((1, 1, 2, 4)))]
            items.append({"pred": near(refs[0]) if rng.random() < 0.7 else caption(0), "refs": refs})
        made.append(items)
    return made


def main() -> None:
    import inspect
    from importlib.metadata import version

    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider import cider_scorer

    source = inspect.getsource(cider_scorer)
    clipped = "min(vec_hyp[n][ngram], vec_ref[n][ngram]) * vec_ref[n][ngram]"
    penalty = "val[n] *= np.e**(-(delta**2)/(2*self.sigma**2))"
    assert source.count(clipped) == source.count(penalty) == 1
    plain: dict[str, Any] = {}
    exec(source.replace(clipped, "vec_hyp[n][ngram] * vec_ref[n][ngram]").replace(penalty, "pass"), plain)

    def cider(scorer: Any, items: list[dict[str, Any]]) -> list[float]:
        for item in items:
            scorer += (item["pred"], item["refs"])
        return [float(value) for value in scorer.compute_score()[1]]

    made = []
    for items in sets():
        preds = {str(n): [item["pred"]] for n, item in enumerate(items)}
        refs = {str(n): item["refs"] for n, item in enumerate(items)}
        bleu = Bleu(4).compute_score(refs, preds, verbose=0)[0][3]
        made.append([bleu, cider(cider_scorer.CiderScorer(), items), cider(plain["CiderScorer"](), items)])
    json.dump({"made_with": f"pycocoevalcap {version('pycocoevalcap')}", "scores": made}, sys.stdout)


if __name__ == "__main__":
    main()
