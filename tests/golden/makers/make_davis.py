"""J and F of the DAVIS 2017 evaluation for the clips of mask_cases.py, into ../davis.json.

Needs opencv-python 5.0.0.93, scikit-image 0.26.0 and davisvideochallenge's davis2017-evaluation, commit ac7c43f, on
PYTHONPATH; takes no argument.
"""

from __future__ import annotations

import json
import runpy
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CASES = runpy.run_path(str(HERE / "mask_cases.py"))


def main():
    """Write the file: for each clip the mean J and F of its objects over the inner frames."""
    from davis2017.metrics import db_eval_boundary, db_eval_iou

    rows = []
    for seed in range(CASES["CASES"]):
        said, wanted = CASES["case"](seed)
        values = []
        for label in range(1, int(wanted[0].max()) + 1):
            true, found = wanted[1:-1] == label, said[1:-1] == label
            values.append([float(np.mean(measure(true, found))) for measure in (db_eval_iou, db_eval_boundary)])
        rows.append(np.mean(values, axis=0).tolist())
    made = {"davis2017-evaluation": "ac7c43f", **{name: version(name) for name in ("opencv-python", "scikit-image")}}
    text = json.dumps({"made_with": made, "cases": rows}, separators=(",", ":")).replace("],[", "],\n[")
    (HERE.parent / "davis.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
