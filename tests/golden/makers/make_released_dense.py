"""The maker of released_dense.json: what the released code makes of random depth, masks and foreground maps.

The released modules import models at their top; the functions are taken out of them and run alone, with NumPy. The
folder of the released code, commit 420b8eb, is the argument::

    python tests/golden/makers/make_released_dense.py RELEASED_CODE > tests/golden/released_dense.json
"""

import ast
import hashlib
import json
import math
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

CASES = 210


def depths() -> list[tuple[Any, Any]]:
    """Depth of clips, shape (frames, 1, h, w), in part beyond the caps; some predictions are constant."""
    rng = np.random.default_rng(21)
    made = []
    for place in range(CASES):
        shape = (int(rng.integers(1, 4)), 1, *rng.integers(2, 9, 2).tolist())
        ref = rng.random(shape) * 10.0 ** int(rng.integers(0, 3))
        ref[rng.random(shape) < 0.2] = 0
        ref.flat[0] = 1.5
        pred = ref * (1 + rng.random(shape)) + rng.random() * 3 - 1
        if place % 10 == 3:
            pred = np.full(shape, 0.25)
        if place % 10 == 4:
            pred = rng.random(shape)
        if place % 10 == 5:
            pred = 5 - pred
        made.append((pred.astype(np.float32) if place % 2 else pred, ref.astype(np.float32) if place % 3 else ref))
    return made


def volumes() -> list[tuple[Any, Any]]:
    """Mask volumes of clips, shape (frames, h, w), of 0 and 1, some of them empty."""
    rng = np.random.default_rng(22)
    made = []
    for place in range(CASES):
        shape = tuple(rng.integers(1, 8, 3).tolist())
        ref = (rng.random(shape) < rng.random()).astype(np.uint8)
        pred = np.where(rng.random(shape) < 0.8, ref, 1 - ref).astype(np.uint8)
        made.append((pred * (place % 9 != 1), ref * (place % 9 not in (1, 2))))
    return made


def foregrounds() -> list[tuple[Any, Any]]:
    """Foreground maps in [0, 1] of single precision and masks of 0 and 1, hard edges in turn."""
    rng = np.random.default_rng(23)
    made = []
    for place in range(CASES):
        h, w = rng.integers(1, 20, 2).tolist()
        mask = np.zeros((h, w), dtype=np.uint8)
        y, x = rng.integers(0, (h, w))
        mask[y : y + 1 + int(rng.integers(h)), x : x + 1 + int(rng.integers(w))] = 1
        if place % 7 == 1:
            mask[:] = 0
        if place % 7 == 2:
            mask[:] = 1
        grey = np.where(rng.random((h, w)) < 0.8, mask, 1 - mask) * 255 - mask * rng.integers(0, 60, (h, w))
        if place % 7 == 3:
            grey = np.full((h, w), 128)
        made.append(((np.clip(grey, 0, 255) / 255).astype(np.float32), mask))
    return made


def fingerprint() -> str:
    """What tells the cases from those of another generator."""
    digest = hashlib.sha256()
    for pred, ref in (*depths(), *volumes(), *foregrounds()):
        digest.update(repr((ref.shape, str(pred.dtype), str(ref.dtype))).encode() + pred.tobytes() + ref.tobytes())
    return digest.hexdigest()


def taken(path: Path, *names: str) -> dict[str, Any]:
    """Functions and classes of a module, without running the rest of it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
    space: dict[str, Any] = {"np": np, "BaseTask": object}
    exec(compile("from __future__ import annotations", "", "exec"), space)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
    exec(compile(tree, str(path), "exec"), space)
    return space


def main() -> None:
    warnings.simplefilter("ignore")  # it takes means of nothing
    folder = Path(sys.argv[1]) / "predictors"
    clips = taken(folder / "video_comprehension_tasks.py", "TaskVDE", "TaskVOS")
    frames = taken(
        folder / "video_translation_restoration_superresolution_objectdetection.py",
        "_ssim",
        "_object_score",
        "structure_measure",
    )

    def evaluated(task: str, **output: Any) -> float:
        return next(
            iter(clips[task].evaluate(clips[task].__new__(clips[task]), [SimpleNamespace(output=output)]).values())
        )

    found = {
        "abs_rel": [evaluated("TaskVDE", depth_map=ref, prediction_depth=pred) for pred, ref in depths()],
        "mean_iou": [evaluated("TaskVOS", masks=list(ref), prediction_masks=list(pred)) for pred, ref in volumes()],
        "structure_measure": [float(frames["structure_measure"](pred, ref)) for pred, ref in foregrounds()],
    }
    plain = {name: [value if math.isfinite(value) else None for value in values] for name, values in found.items()}
    made_with = f"the released code at 420b8eb, numpy {np.__version__}"
    json.dump({"made_with": made_with, "fingerprint": fingerprint(), **plain}, sys.stdout)


if __name__ == "__main__":
    main()
