"""Detection, tracking, odometry and instances in space beside the data sets' own programs, through golden files."""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel import score
from generallevel.errors import UndefinedScore
from generallevel.metrics.three_d.detection import NUSCENES_CLASSES

GOLDEN = Path(__file__).parents[1] / "golden"
WORLDS = runpy.run_path(str(GOLDEN / "makers" / "scene_cases.py"))
NUSCENES, KITTI, SCANNET = (
    json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8")) for name in ("nuscenes", "kitti", "scannet")
)
ERRORS = ("translation", "scale", "orientation", "velocity", "attribute")

pytestmark = pytest.mark.oracle


def sides(scenes: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    return [scene["pred"] for scene in scenes], [scene["ref"] for scene in scenes]


@pytest.mark.parametrize("start", range(0, len(NUSCENES["tracking"]), 44))
def test_tracking_is_the_devkit_s(start: int) -> None:
    for seed in range(start, start + 44):
        wanted = NUSCENES["tracking"][seed]
        preds, refs = sides(WORLDS["tracking_world"](seed))
        for name, figures in wanted.items():
            if not figures:
                with pytest.raises(UndefinedScore, match="no reference holds a box of a class that counts"):
                    score(name, preds, refs)
                continue
            found = score(name, preds, refs)
            assert found.tally.by_class == pytest.approx(figures, abs=1e-9), (seed, name)  # type: ignore[attr-defined]
            assert found.value == pytest.approx(np.mean(list(figures.values())), abs=1e-9)


def test_the_tracking_cases_say_something() -> None:
    accuracies = [value for case in NUSCENES["tracking"] for value in case["amota"].values()]
    assert len(NUSCENES["tracking"]) >= 200
    assert len({round(value, 6) for value in accuracies if 0 < value < 1}) > 100


@pytest.mark.parametrize("start", range(0, len(NUSCENES["detection"]), 52))
def test_detection_is_the_devkit_s(start: int) -> None:
    for seed in range(start, start + 52):
        wanted = NUSCENES["detection"][seed]
        preds, refs = sides(WORLDS["detection_world"](seed))
        if not wanted["found"]:
            with pytest.raises(UndefinedScore, match="no reference holds a box that is to be found"):
                score("nds", preds, refs)
            continue
        found = score("nds", preds, refs)
        tally: Any = found.tally
        assert found.value == pytest.approx(wanted["nds"], abs=1e-9), seed
        assert [tally.tp_errors[name] for name in ERRORS] == pytest.approx(wanted["errors"], abs=1e-9), seed
        assert tally.by_class == pytest.approx(
            {label: wanted["classes"].get(label, 0.0) for label in NUSCENES_CLASSES}, abs=1e-9
        )
        plain = [
            {key: side[key] for key in side if key in ("centres", "labels", "scores", "ego", "points")}
            for side in (*preds, *refs)
        ]
        assert score("map", plain[: len(preds)], plain[len(preds) :]).value == pytest.approx(wanted["map"], abs=1e-9)


def test_the_detection_cases_say_something() -> None:
    assert len(NUSCENES["detection"]) >= 200
    assert len({round(case["nds"], 6) for case in NUSCENES["detection"]}) > 120


@pytest.mark.parametrize("start", range(0, len(KITTI["ways"]), 55))
def test_odometry_is_the_devkit_s(start: int) -> None:
    for seed in range(start, start + 55):
        wanted = KITTI["ways"][seed]
        pred, ref = (np.array(side) for side in WORLDS["way_world"](seed))
        if not wanted["segments"]:
            with pytest.raises(UndefinedScore, match="no sub-sequence is longer than 100 m"):
                score("relative_translation_error", [pred], [ref])
        else:
            drift = score("relative_translation_error", [pred], [ref])
            assert drift.tally.n == wanted["segments"]  # type: ignore[attr-defined]
            assert drift.value == pytest.approx(wanted["translation"], abs=1e-9, rel=1e-9)
            turn = score("relative_rotation_error", [pred], [ref])
            # An arc cosine near 1: a rounding of 1e-16 is one of 1e-6 degrees.
            assert turn.value == pytest.approx(wanted["rotation"], abs=1e-7)
        for part, name, slack in (("translation", "rpe", 1e-9), ("rotation", "rpe_rotation", 2e-6)):
            value = score("relative_pose_error", [pred], [ref], average="mean", part=part).value
            assert value == pytest.approx(wanted[name], abs=slack)
        for alignment in ("first", "scale", "rigid", "similarity"):
            value = score("absolute_trajectory_error", [pred], [ref], alignment=alignment).value
            assert value == pytest.approx(wanted[alignment], abs=1e-8, rel=1e-9), (seed, alignment)


def test_the_odometry_cases_say_something() -> None:
    assert len(KITTI["ways"]) >= 200
    assert sum(case["segments"] > 0 for case in KITTI["ways"]) > 100
    assert sum(case["segments"] == 0 for case in KITTI["ways"]) > 5


@pytest.mark.parametrize("start", range(0, len(SCANNET["rooms"]), 60))
def test_instances_are_scannet_s(start: int) -> None:
    for seed in range(start, start + 60):
        wanted = SCANNET["rooms"][seed]
        preds, refs = sides(WORLDS["room_world"](seed))
        for at in ("50", "25"):
            if wanted.get("fails"):
                continue
            figures = {int(label): value for label, value in wanted[at].items()}
            if not figures:
                with pytest.raises(UndefinedScore, match="no reference holds an instance"):
                    score(f"map{at}", preds, refs, least_points=5)
                continue
            found = score(f"map{at}", preds, refs, least_points=5)
            assert found.tally.by_class == pytest.approx(figures, abs=1e-9), (seed, at)  # type: ignore[attr-defined]
            assert found.value == pytest.approx(np.mean(list(figures.values())), abs=1e-9)


def test_the_rooms_say_something() -> None:
    rooms = [case for case in SCANNET["rooms"] if "fails" not in case]
    assert len(rooms) >= 200
    assert len({round(value, 6) for case in rooms for value in case["50"].values()}) > 25
    assert len({round(value, 6) for case in rooms for value in case["25"].values()}) > 25
