"""The maker of kitti.json: errors of random ways, as kitti-odom-eval has them, a port of KITTI's devkit.

Needs numpy, matplotlib and Huangying-Zhan's kitti-odom-eval, commit 4b850b0, whose folder is the argument::

    python tests/golden/makers/make_kitti.py KITTI_ODOM_EVAL > tests/golden/kitti.json
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [sys.argv[1], str(Path(__file__).parent)]
from kitti_odometry import KittiEvalOdom, umeyama_alignment  # noqa: E402
from scene_cases import way_world  # noqa: E402

SEEDS = 220


def errors(seed: int) -> dict[str, Any]:
    said, true = (dict(enumerate(np.array(side))) for side in way_world(seed))
    program = KittiEvalOdom()
    segments = program.calc_sequence_errors(true, said)
    moved = {frame: true[0] @ np.linalg.inv(said[0]) @ pose for frame, pose in said.items()}
    facts = {"segments": len(segments), "first": program.compute_ATE(true, moved)}
    if segments:
        drift, turn = program.compute_overall_err(segments)
        facts |= {"translation": 100 * drift, "rotation": float(np.degrees(turn))}
    facts["rpe"], facts["rpe_rotation"] = program.compute_RPE(true, said)
    facts["rpe_rotation"] = float(np.degrees(facts["rpe_rotation"]))
    for name, scaled in (("rigid", False), ("similarity", True)):
        one, other = (np.array([side[frame][:3, 3] for frame in side]).T for side in (said, true))
        turn_, shift, scale = umeyama_alignment(one, other, scaled)
        aligned = scale * (turn_ @ one) + shift[:, None]
        facts[name] = float(np.sqrt(((aligned - other) ** 2).sum(axis=0).mean()))
    # Its best scale is taken about the first pose, where both ways begin.
    start = np.linalg.inv(true[0])
    zeroed = [{frame: start @ pose for frame, pose in side.items()} for side in (true, moved)]
    facts["scale"] = program.compute_ATE(zeroed[0], program.scale_optimization(*zeroed))
    return {name: float(value) if name != "segments" else value for name, value in facts.items()}


if __name__ == "__main__":
    made = {
        "maker": "tests/golden/makers/make_kitti.py",
        "versions": {"kitti-odom-eval": sys.argv[2] if len(sys.argv) > 2 else "master", "numpy": version("numpy")},
        "ways": [errors(seed) for seed in range(SEEDS)],
    }
    json.dump(made, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")
