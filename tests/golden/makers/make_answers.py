"""The maker of answers.json and ms_ssim.json: what other libraries say of answers and images.

Run once, in an environment of its own:

    python -m pip install torch==2.13.0 torchmetrics==1.9.0 pytorch-msssim==1.0.0 anls==0.0.2
    python tests/golden/makers/make_answers.py VQA_EVAL tests/golden

VQA_EVAL is the file vqaEvaluation/vqaEval.py of the VQA project in a version for Python 3 (the one used here:
lavis/common/vqa_tools/vqa_eval.py of github.com/salesforce/LAVIS, commit 506965b9c4a18c1e565bd32acaccabe0198433f7).
"""

import contextlib
import importlib.metadata
import importlib.util
import io
import json
import random
import sys
from pathlib import Path

import numpy as np
import torch
from anls.metrics import anls_score
from pytorch_msssim import ms_ssim
from torchmetrics.functional.image import structural_similarity_index_measure
from torchmetrics.functional.text import squad

WORDS = [
    "the",
    "a",
    "an",
    "cat",
    "Cat",
    "cats,",
    "red/white",
    "U.S.",
    "3.5",
    "1,000",
    "two",
    "isnt",
    "couldn'tve",
    "none",
]
WORDS += [
    "black-and-white",
    "don't",
    "what?",
    "'twas",
    "(x)",
    "naïve",
    "猫",
    "no",
    "yes.",
    "half-\ttime",
    "e.g.",
    "yall'd've",
]
PACKAGES = ("torch", "torchmetrics", "pytorch-msssim", "anls", "numpy")
CASES = 220


def text(rng, longest=5):
    """A short answer."""
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, longest)))


def squad_cases(rng):
    """Answers with one to three references, and torchmetrics' exact match and F1."""
    for _ in range(CASES):
        refs = [text(rng) for _ in range(rng.randint(1, 3))]
        pred = rng.choice([*refs, text(rng), text(rng)])
        found = squad(
            [{"prediction_text": pred, "id": "1"}],
            [{"answers": {"answer_start": [0] * len(refs), "text": refs}, "id": "1"}],
        )
        yield [pred, refs, float(found["exact_match"]) / 100, float(found["f1"]) / 100]


def anls_cases(rng):
    """Answers that are mistyped, and what the package anls says."""
    for _ in range(CASES):
        refs = ["".join(rng.choice("abcDE é1猫") for _ in range(rng.randint(0, 9))) for _ in range(rng.randint(1, 3))]
        pred = list(rng.choice(refs))
        for _ in range(rng.randint(0, 5)):
            if pred:
                pred[rng.randrange(len(pred))] = rng.choice("abcDE é1猫")
        yield ["".join(pred), refs, anls_score("".join(pred), refs)]


def vqa_cases(rng, evaluator):
    """Answers with ten references: the normal form of the answer, and the accuracy against such forms."""
    for _ in range(CASES):
        few = [text(rng, 3) for _ in range(rng.randint(1, 4))]
        people = [rng.choice(few) for _ in range(10)]
        pred = rng.choice([*few, text(rng, 3)])

        def form(answer):
            return evaluator.processDigitArticle(evaluator.processPunctuation(answer.replace("\t", " ").strip()))

        class Questions:
            qa = {  # noqa: RUF012
                1: {
                    "answers": [{"answer": form(answer), "answer_id": n} for n, answer in enumerate(people)],
                    "question_type": "x",
                    "answer_type": "y",
                }
            }

            def getQuesIds(self):
                return [1]

        class Results:
            qa = {1: {"answer": pred}}  # noqa: RUF012

        run = type(evaluator)(Questions(), Results(), n=12)
        with contextlib.redirect_stdout(io.StringIO()):
            run.evaluate()
        yield [pred, people, form(pred), run.accuracy["overall"] / 100]


def images(seed):
    """Two images of one scene, a smooth one and the same with noise, in doubles; the test makes them again."""
    rng = np.random.default_rng(seed)
    height, width = (int(side) for side in rng.integers(161, 230, 2))
    coarse = rng.random((height // 8 + 2, width // 8 + 2, 3))
    ref = np.kron(coarse, np.ones((8, 8, 1)))[:height, :width]
    return np.clip(ref + rng.normal(0, 10.0 ** rng.uniform(-3, 0.3), ref.shape), 0, 1), ref


def image_cases():
    """MS-SSIM of pytorch-msssim with a window in double precision, and torchmetrics' SSIM, which pads the border."""
    places = torch.arange(11, dtype=torch.float64) - 5
    window = torch.exp(-(places**2) / (2 * 1.5**2))
    window = (window / window.sum())[None, None, None].repeat(3, 1, 1, 1)
    for seed in range(200):
        pred, ref = (torch.from_numpy(side.transpose(2, 0, 1).copy())[None] for side in images(seed))
        value = float(ms_ssim(pred, ref, data_range=1.0, win=window))
        yield [seed, value, float(structural_similarity_index_measure(pred, ref, data_range=1.0))]


def main(vqa_eval, folder):
    spec = importlib.util.spec_from_file_location("vqa_eval", vqa_eval)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    class Nothing:
        qa = {}  # noqa: RUF012

        def getQuesIds(self):
            return []

    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    versions |= {"python": sys.version.split()[0], "vqa_eval.py": "LAVIS 506965b9c4a18c1e565bd32acaccabe0198433f7"}
    command = "python tests/golden/makers/make_answers.py vqa_eval.py tests/golden"
    answers = {
        "made_by": command,
        "versions": versions,
        "squad": list(squad_cases(random.Random(1))),
        "anls": list(anls_cases(random.Random(2))),
        "vqa": list(vqa_cases(random.Random(3), module.VQAEval(Nothing(), Nothing()))),
    }
    pictures = {"made_by": command, "versions": versions, "cases": list(image_cases())}
    for name, content in (("answers", answers), ("ms_ssim", pictures)):
        lines = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
        (Path(folder) / f"{name}.json").write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
