"""The maker of scannet.json: figures of random rooms, as ScanNet's evaluate_semantic_instance.py computes them.

Needs an environment of its own with numpy below 2, plyfile below 1.1 and imageio, and ScanNet's BenchmarkScripts,
commit 3830fce, in a form that Python 3 reads, whose folder is the argument::

    python tests/golden/makers/make_scannet.py BENCHMARK_SCRIPTS > tests/golden/scannet.json

Rooms are written to files, as the script reads them, and its smallest instance is set to 5 points.
"""

import contextlib
import io
import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

scripts = Path(sys.argv[1])
sys.path[:0] = [str(scripts / "3d_evaluation"), str(scripts), str(Path(__file__).parent)]
commit = sys.argv[2] if len(sys.argv) > 2 else "master"
sys.argv = ["evaluate", "--pred_path", ".", "--gt_path", "."]
import evaluate_semantic_instance as program  # noqa: E402
from scene_cases import room_world  # noqa: E402

SEEDS = 240
LEAST = 5


def figures(seed: int) -> dict[str, Any]:
    program.opt.min_region_sizes = np.array([LEAST])
    matches = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        for number, room in enumerate(room_world(seed)):
            place = Path(folder) / str(number)
            place.mkdir()
            ids = [
                1000 * label + one
                for label, one in zip(*(room["ref"][key] for key in ("labels", "instances")), strict=True)
            ]
            (place / "true.txt").write_text("\n".join(map(str, ids)) + "\n")
            lines = []
            for mask, points in enumerate(room["pred"]["masks"]):
                (place / f"{mask}.txt").write_text("\n".join(map(str, points)) + "\n")
                lines.append(f"{mask}.txt {room['pred']['labels'][mask]} {room['pred']['scores'][mask]!r}")
            (place / "pred.txt").write_text("\n".join(lines))
            sides = program.assign_instances_for_scan(str(place / "pred.txt"), str(place / "true.txt"), str(place))
            matches[str(number)] = dict(zip(("gt", "pred"), sides, strict=True))
    try:
        averages = program.evaluate_matches(matches)[0]
    except IndexError:
        return {"fails": True}  # it does, where a class has predictions and none of them counts
    where = {
        name: int(np.flatnonzero(np.isclose(program.opt.overlaps, at))[0]) for name, at in (("50", 0.5), ("25", 0.25))
    }
    labels = program.VALID_CLASS_IDS.tolist()
    return {
        name: {
            str(label): value
            for label, value in zip(labels, averages[:, at].tolist(), strict=True)
            if not np.isnan(value)
        }
        for name, at in where.items()
    }


if __name__ == "__main__":
    made = {
        "maker": "tests/golden/makers/make_scannet.py",
        "versions": {"ScanNet": commit, "numpy": version("numpy")},
        "rooms": [figures(seed) for seed in range(SEEDS)],
    }
    json.dump(made, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")
