"""What the released code says of the items of released_video_cases.py, into ../released_video.json.

    python tests/golden/makers/make_released_video.py PATH_OF_THE_RELEASED_CODE

The functions are taken out of their files, whose imports (torch, transformers, cv2) are not needed for the arithmetic.
"""

from __future__ import annotations

import ast
import json
import runpy
import sys
import types
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CASES = runpy.run_path(str(HERE / "released_video_cases.py"))


def taken(path, *names):
    """These functions and classes of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
    space = {"np": np, "List": list, "Tuple": tuple, "Dict": dict, "Any": object, "BaseTask": object, "cv2": CV2}
    exec(compile(tree, str(path), "exec"), space)
    return space


class CV2:
    """The one function of OpenCV that is called."""

    @staticmethod
    def absdiff(one, other):
        """In the type of the frames."""
        return np.abs(one - other)


class Tensor:
    """As much of a tensor as is called."""

    def __init__(self, array):
        self.array = array

    def __getitem__(self, place):
        return Tensor(self.array[place])

    def permute(self, *axes):
        """As NumPy's transpose."""
        return Tensor(self.array.transpose(axes))

    def cpu(self):
        """The same."""
        return self

    def numpy(self):
        """The array."""
        return self.array


def instance(**output):
    """An instance as the tasks keep it."""
    return types.SimpleNamespace(output=output)


def main(root):
    """Write the file."""
    tracking = taken(
        root / "predictors/video_comprehension_flow_matching_tracking.py",
        *("bbox_to_corners", "calculate_iou", "calculate_j_metric", "calculate_f1_score", "calculate_j_and_f_metrics"),
        *("calculate_epe", "TrackingTask"),
    )
    tubes = taken(root / "predictors/video_comprehension_tasks.py", "TaskActionDet")["TaskActionDet"]
    degree = taken(root / "video_generation_evaluation/toolkit/dynamic_degree.py", "DynamicDegree")["DynamicDegree"]
    flicker = taken(root / "video_generation_evaluation/toolkit/temporal_flickering.py", "mae_seq", "calculate_mae")
    rows, seeds = {}, range(CASES["CASES"])
    paths = [CASES["path"](seed) for seed in seeds]
    both = [tracking["calculate_j_and_f_metrics"](*pair) for pair in paths]
    rows["box_j_and_f"] = [[one["J_metric"], one["F_metric"]] for one in both]
    task = tracking["TrackingTask"].__new__(tracking["TrackingTask"])
    task.predictions, task.references = zip(*paths, strict=True)
    rows["box_j_and_f_set"] = task.evaluate()["J&F"]
    flows = [CASES["flow"](seed) for seed in seeds]
    rows["epe"] = [float(tracking["calculate_epe"](ref, pred)[0]) for pred, ref in flows]
    rows["epe_set"] = sum(rows["epe"]) / (len(flows) + 1e-4)  # as FlowTask.evaluate, whose references are files
    items = [instance(bboxes=ref, prediction_boxes=pred) for pred, ref in map(CASES["tube"], seeds)]
    judge = tubes.__new__(tubes)
    rows["viou"] = [judge.evaluate([item])["vIoU"] / 100 for item in items]
    rows["viou_set"] = judge.evaluate(items)["vIoU"] / 100
    moves = []
    for clip in map(CASES["moving"], seeds):
        look = degree.__new__(degree)
        look.set_params(frame=np.zeros((1, 3, *clip.shape[1:3])), count=len(clip) + 1)
        image = Tensor(np.zeros((1, 3, *clip.shape[1:3])))
        scores = [look.get_score(image, Tensor(field.transpose(2, 0, 1)[None])) for field in clip]
        moves.append(bool(look.check_move(scores)))
    rows["moves"] = moves
    steady = [flicker["mae_seq"](clip) for clip in map(CASES["frames"], seeds)]
    rows["l1_distance"] = [float((255.0 - np.mean(one).item()) / 255.0) for one in steady]
    text = json.dumps({"made_with": {"numpy": np.__version__}, **rows}, separators=(",", ":"))
    (HERE.parent / "released_video.json").write_text(text.replace(',"', ',\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
