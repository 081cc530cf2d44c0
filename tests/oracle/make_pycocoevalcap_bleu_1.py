"""The maker of pycocoevalcap_bleu_1.json: BLEU-1 of random sets of captions as pycocoevalcap 1.2 computes it.

Run in an environment of its own, since pycocoevalcap brings 100 MB of Java with it::

    python -m pip install --no-deps pycocoevalcap==1.2
    python tests/oracle/make_pycocoevalcap_bleu_1.py > tests/oracle/pycocoevalcap_bleu_1.json
"""

import json
import random
import sys

SETS = 250
WORDS = "abcdefg"


def sets() -> list[list[dict[str, object]]]:
    """Sets of items; some captions are empty, some items have several references."""
    rng = random.Random(5)

    def caption(shortest: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(shortest, 9)))

    return [
        [
            {"pred": caption(0), "refs": [caption(1) for _ in range(rng.choice((1, 1, 2, 4)))]}
            for _ in range(rng.randint(1, 5))
        ]
        for _ in range(SETS)
    ]


def main() -> None:
    from importlib.metadata import version

    from pycocoevalcap.bleu.bleu import Bleu

    made = []
    for items in sets():
        preds = {str(n): [item["pred"]] for n, item in enumerate(items)}
        refs = {str(n): item["refs"] for n, item in enumerate(items)}
        scores, _ = Bleu(4).compute_score(refs, preds, verbose=0)
        made.append({"items": items, "bleu_1": scores[0]})
    json.dump({"made_with": f"pycocoevalcap {version('pycocoevalcap')}", "sets": made}, sys.stdout, indent=None)


if __name__ == "__main__":
    main()
