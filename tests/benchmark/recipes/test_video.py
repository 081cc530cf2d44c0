"""Video recipes: every task is read from real files, and scores what arithmetic says."""

import math
import pickle
import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark import general_bench
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes.book import RecipeBook, Rule
from generallevel.benchmark.recipes.recipe import Item, Needs, Recipe
from generallevel.benchmark.recipes.video import FORMATS, RELEASED_RULES, RULES
from generallevel.benchmark.task import Task
from generallevel.errors import InvalidInput, LengthMismatch, NotComputable, ShapeMismatch, UnsafeFile
from generallevel.scoring import Stream
from generallevel.testing.synthetic.reading import items_of, score_sample
from generallevel.testing.synthetic.sample import Order
from generallevel.testing.synthetic.tree import maker_of
from generallevel.testing.synthetic.video_extractors import EXTRACTORS
from generallevel.testing.synthetic.video_media import write_clip

BOOK = RecipeBook("video", RULES)
RELEASED = RecipeBook("released video", RELEASED_RULES)
TASKS = [task for task in general_bench().tasks if task.modality == "video"]
FRAME = np.full((4, 4, 3), 9, dtype=np.uint8)


def by_rule(tasks: Iterable[Task], book: RecipeBook) -> dict[str, tuple[Task, Recipe]]:
    """One task for each recipe."""
    found: dict[int, tuple[Task, Recipe]] = {}
    for task in tasks:
        recipe = book.of(task, {})
        found.setdefault(id(recipe), (task, recipe))
    return {
        f"{recipe.metric}-{recipe.format.name}-{task.skill_code}": (task, recipe) for task, recipe in found.values()
    }


def covered(rules: Iterable[Rule]) -> list[Task]:
    return [task for task in TASKS if any(rule.covers(task, {}) for rule in rules)]


CASES = by_rule(TASKS, BOOK)
RELEASED_CASES = by_rule(covered(RELEASED_RULES), RELEASED)


def ordered(folder: Path, task: Task, recipe: Recipe, n: int) -> Order:
    places = [folder / name for name in ("bench", "perfect", "corrupted")]
    for place in places:
        place.mkdir()
    return Order(task, recipe, n, *places, rng=np.random.default_rng(5), size=24)


def made(order: Order) -> Any:
    return maker_of(order.recipe)(order)


def item(folder: Path, prediction: Any = None, *, output: Any = None, given: Any = None, **header: Any) -> Item:
    files = Files(folder, folder)
    return Item("7", given, output, prediction, header, files, files)


def recipe_of(metric: str, skill: str | None = None) -> Recipe:
    return next(
        recipe for task, recipe in CASES.values() if recipe.metric == metric and skill in (None, task.skill_code)
    )


def test_every_task_has_its_metric() -> None:
    assert len(TASKS) == 172
    for task in TASKS:
        assert BOOK.of(task, {}).metric == task.metric
        assert all(rule.recipe.metric == task.metric for rule in RELEASED_RULES if rule.covers(task, {}))
    named = {recipe.format.name for _, recipe in CASES.values()}
    assert {one.name for one in FORMATS} <= named


def test_recipes_travel_to_other_processes() -> None:
    for rule in RULES + RELEASED_RULES:
        again = pickle.loads(pickle.dumps(rule))
        assert again.recipe.signature == rule.recipe.signature


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("name", CASES)
def test_perfect_and_corrupted_predictions_have_the_known_scores(name: str, n: int, tmp_path: Path) -> None:
    task, recipe = CASES[name]
    order = ordered(tmp_path, task, recipe, n)
    sample = made(order)
    perfect = score_sample(order, sample, extractors=EXTRACTORS)
    assert perfect.value == pytest.approx(recipe.best, rel=1e-9, abs=1e-9)
    assert perfect.n_total == len(sample.items) * (2 if recipe.declared.pairing == "unpaired" else 1)
    corrupted = score_sample(order, sample, corrupted=True, extractors=EXTRACTORS)
    assert corrupted.value == pytest.approx(sample.corrupted_value, rel=sample.tolerance, abs=1e-12)
    assert abs(corrupted.value - perfect.value) > 1e-4


@pytest.mark.parametrize("name", RELEASED_CASES)
def test_the_released_rules_read_the_same_files(name: str, tmp_path: Path) -> None:
    task, recipe = RELEASED_CASES[name]
    order = ordered(tmp_path, task, recipe, 3)
    sample = made(order)
    extractors = EXTRACTORS
    perfect = score_sample(order, sample, extractors=extractors).value
    corrupted = score_sample(order, sample, corrupted=True, extractors=extractors).value
    better = perfect > corrupted if recipe.declared.better == "higher" else perfect < corrupted
    assert better


@pytest.mark.parametrize("name", [name for name, (_, recipe) in CASES.items() if recipe.format.media])
def test_predictions_that_cannot_be_read_cost_their_item(name: str, tmp_path: Path) -> None:
    task, recipe = CASES[name]
    order = ordered(tmp_path, task, recipe, 1)
    sample = made(order)
    (true,) = items_of(sample, sample.perfect, order.folder, order.perfect)
    for bad in (7, True, "nowhere.npz", "../up", [], {}, {"strange": 1}, ["clips/0", 3], [[]], {"frames": {"a": 1}}):
        broken = Item(true.id, true.input, true.output, bad, true.header, true.files, true.predicted)
        if recipe.metric == "mean_iou" and bad in ([], {}):
            continue  # nothing was found
        with pytest.raises(InvalidInput):
            scored(recipe, broken, true)


def scored(recipe: Recipe, said: Item, true: Item) -> float:
    stream = Stream(recipe.metric, variant=recipe.variant, **recipe.parameters(true.header, EXTRACTORS))
    stream.add(recipe.format.prediction(said), recipe.format.reference and recipe.format.reference(true))
    return stream.value


@pytest.mark.parametrize("name", [name for name, (_, recipe) in CASES.items() if recipe.roles])
def test_what_is_missing_is_named(name: str) -> None:
    _, recipe = CASES[name]
    needs = next(value for value in recipe.params.values() if isinstance(value, Needs))
    with pytest.raises(NotComputable, match=re.escape(f"needs {needs.what}: pass extractors=")):
        recipe.parameters({}, {})


@pytest.mark.parametrize("metric", ["musiq", "aesthetic_score"])
def test_ratings_stand_in_for_a_network(metric: str, tmp_path: Path) -> None:
    recipe = recipe_of(metric)
    assert recipe.ratings is not None
    ratings = recipe.ratings(item(tmp_path, {"ratings": [2, 3.0]}))
    stream = Stream(metric)
    stream.add(ratings)
    assert stream.value == pytest.approx(2.5 / (10 if metric == "aesthetic_score" else 1))
    with pytest.raises(InvalidInput, match="wanted a number for each frame"):
        recipe.ratings(item(tmp_path, {"ratings": [True]}))


class TestClips:
    def test_the_natural_order_of_names_pairs_frames(self, tmp_path: Path) -> None:
        recipe = recipe_of("psnr")
        frames = np.arange(12, dtype=np.uint8)[:, None, None, None] * np.ones((4, 4, 3), dtype=np.uint8)
        write_clip(tmp_path / "clip", frames)
        said = recipe.format.prediction(item(tmp_path, "clip"))
        assert [int(part[0, 0, 0]) for part in said.parts] == list(range(12))
        listed = recipe.format.prediction(item(tmp_path, [f"clip/{number}.png" for number in range(1, 13)]))
        assert all(np.array_equal(one, other) for one, other in zip(said.parts, listed.parts, strict=True))

    def test_another_number_of_frames_is_named(self, tmp_path: Path) -> None:
        recipe = recipe_of("psnr")
        write_clip(tmp_path / "two", [FRAME] * 2)
        write_clip(tmp_path / "three", [FRAME] * 3)
        pair = item(tmp_path, "two", output="three")
        assert recipe.format.reference is not None
        stream = Stream("psnr", errors="missing", **recipe.parameters({}, {}))
        stream.add(recipe.format.prediction(pair), recipe.format.reference(pair))
        assert stream.reasons == {0: "the prediction has 2 images and its reference 3"}
        # Three black frames stand for the clip: 20 log10(255 / 9) each.
        assert stream.value == pytest.approx(20 * math.log10(255 / 9))

    def test_frames_of_another_size_are_named(self, tmp_path: Path) -> None:
        recipe = recipe_of("psnr")
        write_clip(tmp_path / "clip", [FRAME, FRAME[:2]])
        with pytest.raises(ShapeMismatch):
            recipe.format.prediction(item(tmp_path, "clip"))
        with pytest.raises(ShapeMismatch, match=r"frame 'clip/2\.png' of the prediction"):
            recipe.format.prediction(item(tmp_path, ["clip/1.png", "clip/2.png"]))

    def test_the_reference_may_stand_in_the_input(self, tmp_path: Path) -> None:
        recipe = recipe_of("psnr")
        write_clip(tmp_path / "true", [FRAME])
        assert recipe.format.reference is not None
        found = recipe.format.reference(item(tmp_path, given={"pred_dir": "said", "gt_dir": "true"}, output={}))
        assert np.array_equal(found.parts[0], FRAME)

    def test_a_video_file_is_read(self, tmp_path: Path) -> None:
        av = pytest.importorskip("av")
        with av.open(tmp_path / "clip.avi", "w") as file:
            stream = file.add_stream("ffv1", rate=8)
            stream.width, stream.height, stream.pix_fmt = 16, 16, "bgr0"
            for level in (10, 200):
                frame = av.VideoFrame.from_ndarray(np.full((16, 16, 3), level, dtype=np.uint8), format="rgb24")
                file.mux(stream.encode(frame))
            file.mux(stream.encode())
        said = recipe_of("psnr").format.prediction(item(tmp_path, "clip.avi"))
        assert [int(part.mean()) for part in said.parts] == [10, 200]

    def test_a_path_that_leaves_the_folder_is_refused(self, tmp_path: Path) -> None:
        for name in ("../clip", "/etc/passwd", "a\0b"):
            with pytest.raises(UnsafeFile):
                recipe_of("psnr").format.prediction(item(tmp_path, name))

    def test_grey_maps_are_grey(self, tmp_path: Path) -> None:
        coloured = FRAME.copy()
        coloured[0, 0] = 1, 2, 3
        write_clip(tmp_path / "clip", [coloured])
        with pytest.raises(InvalidInput, match="the prediction holds frames in colour; wanted grey maps"):
            recipe_of("structure_measure").format.prediction(item(tmp_path, "clip"))

    @pytest.mark.parametrize(("level", "found"), [(1, 1), (128, 0), (129, 1), (255, 1)])
    def test_masks_are_cut_above_128_unless_they_hold_0_and_1(self, level: int, found: int, tmp_path: Path) -> None:
        mask = np.zeros((4, 4), dtype=np.uint8)
        mask[0, 0] = level
        write_clip(tmp_path / "clip", [mask])
        reference = recipe_of("structure_measure").format.reference
        assert reference is not None
        assert reference(item(tmp_path, output="clip")).parts[0].sum() == found

    def test_the_prompts_of_a_translation_are_needed(self, tmp_path: Path) -> None:
        reference = recipe_of("frame_accuracy").format.reference
        assert reference is not None
        with pytest.raises(InvalidInput, match="wanted a text, alone or under target_prompt, target"):
            reference(item(tmp_path, given={"source_prompt": "a dog"}))
        with pytest.raises(InvalidInput, match=r"wanted \{'source_prompt'"):
            reference(item(tmp_path, given="a dog"))


RUNS: Any = {"size": [2, 2], "counts": [0, 4]}


class TestMasks:
    def volumes(self, folder: Path, prediction: Any, output: Any) -> Any:
        pair = item(folder, prediction, output=output)
        form = recipe_of("mean_iou").format
        assert form.reference is not None
        return form.prediction(pair), form.reference(pair)

    @pytest.mark.parametrize(
        "prediction",
        [
            {"a": {"mask": [RUNS, None]}, "b": {"mask": [RUNS, RUNS]}},
            {"b": [RUNS, RUNS], "a": [RUNS, None]},
            [[RUNS, None], [RUNS, RUNS]],
            {"objects": {"a": [RUNS, None], "b": [RUNS, RUNS]}},
        ],
    )
    def test_objects_pair_by_name_or_by_order(self, prediction: Any, tmp_path: Path) -> None:
        output = {"a": {"mask": [RUNS] * 2}, "b": {"mask": [RUNS] * 2}}
        said, wanted = self.volumes(tmp_path, prediction, output)
        assert wanted.all()
        assert said.astype(int).tolist() == [1] * 4 + [0] * 4 + [1] * 8

    def test_one_mask_for_each_frame(self, tmp_path: Path) -> None:
        said, wanted = self.volumes(tmp_path, {"1": RUNS}, {"0": {"mask": RUNS}, "1": {"mask": RUNS}})
        assert (said.sum(), wanted.sum()) == (4, 8)

    @pytest.mark.parametrize(
        ("prediction", "error", "message"),
        [
            ({"c": [RUNS]}, InvalidInput, "has object 'c', which the reference has not; it has a"),
            ({"a": [RUNS] * 3}, LengthMismatch, "object 'a' has masks for 3 frames in the prediction and 1"),
            ({"a": [{"size": [4, 1], "counts": [0, 4]}]}, ShapeMismatch, "size"),
            ({"a": 7}, InvalidInput, "object 'a' of the prediction is 7"),
            ("mask", InvalidInput, "wanted the masks of a clip by object"),
            ([[RUNS], [RUNS]], InvalidInput, "has object '0'"),
        ],
    )
    def test_what_does_not_pair(self, prediction: Any, error: type[Exception], message: str, tmp_path: Path) -> None:
        with pytest.raises(error, match=message):
            self.volumes(tmp_path, prediction, {"a": {"mask": [RUNS]}})

    def test_an_owner_writes_every_mask(self, tmp_path: Path) -> None:
        reference = recipe_of("mean_iou").format.reference
        assert reference is not None
        with pytest.raises(InvalidInput, match="object 'a' of the reference has a frame without a mask"):
            reference(item(tmp_path, output={"a": {"mask": [None]}}))
        with pytest.raises(InvalidInput, match="the reference has no object"):
            reference(item(tmp_path, output={}))

    def test_a_prediction_without_objects_finds_nothing(self, tmp_path: Path) -> None:
        said, _ = self.volumes(tmp_path, {}, {"a": {"mask": [RUNS]}})
        assert not said.any()


class TestTubes:
    BOX = (2, 2, 4, 4)

    def score(self, folder: Path, skill: str, prediction: Any, output: Any, **header: Any) -> float:
        recipe = recipe_of("mean_viou", skill)
        pair = item(folder, prediction, output=output, **header)
        assert recipe.format.reference is not None
        stream = Stream("mean_viou", variant=recipe.variant, **recipe.parameters(header, {}))
        stream.add(recipe.format.prediction(pair), recipe.format.reference(pair))
        return stream.value

    @pytest.mark.parametrize(("skill", "start"), [("#V-C-10", 1), ("#V-C-12", 0)])
    def test_the_first_frame_is_1_in_hc_stvg_and_0_in_vidstg(self, skill: str, start: int, tmp_path: Path) -> None:
        output = {"tube_start_frame": start, "tube_end_frame": start + 2, "trajectory": [list(self.BOX)] * 2}
        rows = [list(self.BOX), list(self.BOX), None]
        assert self.score(tmp_path, skill, rows, output) == 1
        assert self.score(tmp_path, skill, output, output) == 1
        later = {**output, "tube_start_frame": start + 1, "tube_end_frame": start + 3}
        assert self.score(tmp_path, skill, rows, later) == pytest.approx(1 / 3)

    def test_the_header_may_say_where_frames_begin(self, tmp_path: Path) -> None:
        output = {"tube_start_frame": 1, "trajectory": [list(self.BOX)] * 2}
        said = {"tube_start_frame": 0, "trajectory": [list(self.BOX)] * 2}
        found = self.score(tmp_path, "#V-C-12", said, output, counts_from=1, prediction_counts_from=0)
        assert found == 1

    def test_frames_by_number(self, tmp_path: Path) -> None:
        box = list(self.BOX)
        output = {
            "tube_start_frame": 4,
            "tube_end_frame": 6,
            "trajectory": {"3": {"bbox": box}, "4": {"bbox": box}, "5": {"bbox": box}, "6": {"bbox": box}},
        }
        said = {"trajectory": {"4": box, "5": box, "6": box}}
        assert self.score(tmp_path, "#V-C-12", said, output) == pytest.approx(2 / 3)

    def test_the_layout_of_the_wild_has_the_tube_in_the_item_itself(self, tmp_path: Path) -> None:
        tube = {"tube_start_frame": 0, "tube_end_frame": 1, "trajectory": [list(self.BOX)]}
        reference = recipe_of("mean_viou").format.reference
        assert reference is not None
        wild = item(tmp_path, given={"caption": "a man", **tube}), replace(item(tmp_path), extra=tube)
        for entry in wild:
            assert reference(entry) == {"frames": [0], "boxes": [list(self.BOX)]}

    @pytest.mark.parametrize(
        ("prediction", "message"),
        [
            (
                {"tube_start_frame": 0, "tube_end_frame": 5, "trajectory": [[0, 0, 1, 1]]},
                "1 boxes for a tube from frame 0",
            ),
            ({"tube_start_frame": "0", "trajectory": [[0, 0, 1, 1]]}, "tube_start_frame of the prediction is '0'"),
            ({"tube_start_frame": True, "trajectory": [[0, 0, 1, 1]]}, "wanted the number of a frame"),
            ({"trajectory": {"one": [0, 0, 1, 1]}}, "has a frame 'one'; wanted a number"),
            ({"trajectory": "here"}, "wanted a tube"),
            (7, "wanted a tube"),
        ],
    )
    def test_what_is_no_tube(self, prediction: Any, message: str, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match=message):
            recipe_of("mean_viou").format.prediction(item(tmp_path, prediction))


def test_a_track_may_be_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "track.txt").write_text("0,0,2,2\n1,0,2,2\n", encoding="utf-8")
    form = recipe_of("success_auc").format
    assert np.asarray(form.prediction(item(tmp_path, "track.txt"))).tolist() == [[0, 0, 2, 2], [1, 0, 2, 2]]
    with pytest.raises(InvalidInput, match="wanted a box for each frame"):
        form.prediction(item(tmp_path, 7))


def test_unknown_flow_does_not_count(tmp_path: Path) -> None:
    pixels = np.zeros((2, 2, 3), dtype=np.uint16)
    pixels[..., :2] = 2**15 + 64 * 3  # 3 pixels to the right and down
    pixels[0, 0, 2] = 1
    write_png_of_16_bits(tmp_path / "flow.png", pixels)
    form = recipe_of("epe").format
    assert form.reference is not None
    found = form.reference(item(tmp_path, output={"flow": "flow.png"}))
    assert found["valid"].astype(int).tolist() == [[1, 0], [0, 0]]
    assert found["flow"][0, 0].tolist() == [3, 3]


def write_png_of_16_bits(path: Path, pixels: Any) -> None:
    """A PNG of three channels of 16 bits, which Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def test_depth_has_frames(tmp_path: Path) -> None:
    np.savez(tmp_path / "flat.npz", disparity=np.ones((4, 4)))
    with pytest.raises(ShapeMismatch, match=r"the prediction has shape \(4, 4\); wanted the depth of a clip"):
        recipe_of("abs_rel").format.prediction(item(tmp_path, "flat.npz"))
    np.savez(tmp_path / "two.npz", other=np.ones((2, 4, 4)), depth=np.ones((3, 1, 4, 4)))
    assert recipe_of("abs_rel").format.prediction(item(tmp_path, "two.npz", depth_key="other")).shape == (2, 4, 4)


@pytest.mark.parametrize(
    ("metric", "entry", "message"),
    [
        ("success_rate", {"ratings": [0.7]}, "a verdict is 0.7"),
        ("success_rate", {"ratings": ["yes"]}, "a verdict is 'yes'"),
        ("video_quality_composite", [1, 2], "wanted the four parts as fractions"),
    ],
)
def test_what_is_no_value(metric: str, entry: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=message):
        recipe_of(metric).format.prediction(item(tmp_path, entry))


def test_outcomes_come_one_by_one_or_by_person(tmp_path: Path) -> None:
    read = recipe_of("user_preference_rate").format.prediction
    assert read(item(tmp_path, {"ratings": "won"})) == "won"
    assert read(item(tmp_path, ["won", "lost"])) == ["won", "lost"]
    assert read(item(tmp_path, {"ann": "won", "bob": "tied"})) == {"ann": "won", "bob": "tied"}
