"""TrackEval's and py-motmetrics' numbers for the sequences of track_cases.py, into ../tracking.json.

python -m venv oracle && oracle/bin/pip install trackeval==1.3.0 motmetrics==1.4.0
oracle/bin/python tests/golden/makers/make_tracking.py
"""

from __future__ import annotations

import json
import runpy
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CASES = runpy.run_path(str(HERE / "track_cases.py"))
QUIET = {"PRINT_CONFIG": False}
CLEAR_FIELDS = ("CLR_TP", "CLR_FP", "CLR_FN", "IDSW")


def laid_out(pred, ref):
    """What TrackEval's data sets hand to its metrics."""
    from trackeval.datasets._base_dataset import _BaseDataset

    n_frames = max([*pred["frames"], *ref["frames"], 0]) + 1
    columns = {}
    for name, side in (("tracker", pred), ("gt", ref)):
        frames, (names, ids) = np.array(side["frames"], dtype=int), np.unique(side["ids"], return_inverse=True)
        boxes = np.array(side["boxes"], dtype=float).reshape(-1, 4)
        columns[name] = [(ids[frames == t].astype(int), boxes[frames == t]) for t in range(n_frames)]
        columns[f"num_{name}_ids"], columns[f"num_{name}_dets"] = len(names), len(frames)
    return {
        **{key: value for key, value in columns.items() if key.startswith("num_")},
        "num_timesteps": n_frames,
        "gt_ids": [ids for ids, _ in columns["gt"]],
        "tracker_ids": [ids for ids, _ in columns["tracker"]],
        "similarity_scores": [
            _BaseDataset._calculate_box_ious(true, said)
            for (_, true), (_, said) in zip(columns["gt"], columns["tracker"], strict=True)
        ],
    }


def by_motmetrics(data):
    """Misses, false alarms, switches and IDF1 of py-motmetrics."""
    import motmetrics

    events = motmetrics.MOTAccumulator(auto_id=True)
    for true, said, overlaps in zip(data["gt_ids"], data["tracker_ids"], data["similarity_scores"], strict=True):
        events.update(true, said, np.where(overlaps >= 0.5, 1 - overlaps, np.nan))
    wanted = ["num_misses", "num_false_positives", "num_switches", "idf1"]
    row = motmetrics.metrics.create().compute(events, metrics=wanted).iloc[0]
    return [*(int(row[name]) for name in wanted[:3]), None if np.isnan(row["idf1"]) else float(row["idf1"])]


def main():
    """Write the file."""
    from trackeval import metrics

    hota, clear, identity = metrics.HOTA(), metrics.CLEAR(QUIET), metrics.Identity(QUIET)
    rows, kept = [], {"hota": {}, "clear": {}, "identity": {}}
    for seed in range(CASES["CASES"]):
        data = laid_out(*CASES["case"](seed))
        one, two, three = (metric.eval_sequence(data) for metric in (hota, clear, identity))
        for name, result in zip(kept, (one, two, three), strict=True):
            kept[name][seed] = result
        empty = not data["num_gt_dets"] and not data["num_tracker_dets"]
        rows.append(
            {
                "hota": [float(np.mean(one[key])) if key in one else 0.0 for key in ("HOTA", "DetA", "AssA", "LocA")],
                "matches": [int(n) for n in one["HOTA_TP"]],
                "clear": [int(two[key]) for key in CLEAR_FIELDS],
                "overlaps": float(two["MOTP_sum"]),
                "identity": [int(three[key]) for key in ("IDTP", "IDFP", "IDFN")],
                "motmetrics": None if empty else by_motmetrics(data),
            }
        )
    whole = {
        "HOTA": float(np.mean(hota.combine_sequences(kept["hota"])["HOTA"])),
        "MOTA": float(clear.combine_sequences(kept["clear"])["MOTA"]),
        "MOTP": float(clear.combine_sequences(kept["clear"])["MOTP"]),
        "IDF1": float(identity.combine_sequences(kept["identity"])["IDF1"]),
    }
    made = {name: version(name) for name in ("trackeval", "motmetrics", "numpy", "scipy")}
    text = json.dumps({"made_with": made, "whole": whole, "cases": rows}, separators=(",", ":"))
    (HERE.parent / "tracking.json").write_text(text.replace('{"hota"', '\n{"hota"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
