"""3D recipes: every task is read from real files, and scores what arithmetic says."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark import general_bench
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.recipe import Item, Recipe
from generallevel.benchmark.recipes.three_d import FORMATS, RULES
from generallevel.benchmark.recipes.three_d_points import surface_points
from generallevel.benchmark.task import Task
from generallevel.errors import (
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotComputable,
    ShapeMismatch,
    UnknownName,
    UnsafeFile,
)
from generallevel.scoring import Stream
from generallevel.testing.synthetic import three_d_extractors, video_extractors
from generallevel.testing.synthetic.reading import items_of, score_sample
from generallevel.testing.synthetic.sample import Order
from generallevel.testing.synthetic.tree import maker_of

BOOK = RecipeBook("3d", RULES)
TASKS = [task for task in general_bench().tasks if task.modality == "3d"]
EXTRACTORS: Mapping[str, Any] = {**video_extractors.EXTRACTORS, **three_d_extractors.EXTRACTORS}


def by_rule() -> dict[str, tuple[Task, Recipe]]:
    found: dict[int, tuple[Task, Recipe]] = {}
    for task in TASKS:
        recipe = BOOK.of(task, {})
        found.setdefault(id(recipe), (task, recipe))
    return {f"{recipe.metric}-{recipe.format.name}": (task, recipe) for task, recipe in found.values()}


CASES = by_rule()


def ordered(folder: Path, task: Task, recipe: Recipe, n: int) -> Order:
    places = [folder / name for name in ("bench", "perfect", "corrupted")]
    for place in places:
        place.mkdir()
    return Order(task, recipe, n, *places, rng=np.random.default_rng(5), size=16)


def made(order: Order) -> Any:
    return maker_of(order.recipe)(order)


def item(folder: Path, prediction: Any = None, *, output: Any = None, given: Any = None, **header: Any) -> Item:
    files = Files(folder, folder)
    return Item("7", given, output, prediction, header, files, files)


def recipe_of(metric: str, form: str | None = None) -> Recipe:
    return next(
        recipe for _, recipe in CASES.values() if recipe.metric == metric and form in (None, recipe.format.name)
    )


def scored(recipe: Recipe, said: Item, true: Item) -> float:
    stream = Stream(recipe.metric, variant=recipe.variant, **recipe.parameters(true.header, EXTRACTORS))
    assert recipe.format.reference is not None
    pred, ref = recipe.format.prediction(said), recipe.format.reference(true)
    if stream.metric.pairing == "unpaired":
        stream.add(pred, None)
    else:
        stream.add(pred, ref)
    return stream.value


def test_every_task_has_its_metric() -> None:
    assert len(TASKS) == 52
    for task in TASKS:
        assert BOOK.of(task, {}).metric == task.metric
    assert {one.name for one in FORMATS} <= {recipe.format.name for _, recipe in CASES.values()}


def test_recipes_travel_to_other_processes() -> None:
    for rule in RULES:
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
    corrupted = score_sample(order, sample, corrupted=True, extractors=EXTRACTORS)
    assert corrupted.value == pytest.approx(sample.corrupted_value, rel=sample.tolerance, abs=1e-12)
    assert abs(corrupted.value - perfect.value) > 1e-4


@pytest.mark.parametrize("name", [name for name, (_, recipe) in CASES.items() if recipe.format in FORMATS])
def test_predictions_that_cannot_be_read_cost_their_item(name: str, tmp_path: Path) -> None:
    task, recipe = CASES[name]
    order = ordered(tmp_path, task, recipe, 1)
    sample = made(order)
    (true,) = items_of(sample, sample.perfect, order.folder, order.perfect)
    for bad in (
        7,
        True,
        "nowhere.npy",
        "../up",
        {},
        {"strange": 1},
        ["clips/0", 3],
        [[]],
        {"results": 3},
        [[1], [1, 2]],
    ):
        broken = Item(true.id, true.input, true.output, bad, true.header, true.files, true.predicted)
        with pytest.raises((InvalidInput, LengthMismatch)):
            scored(recipe, broken, true)


@pytest.mark.parametrize("form", ["point cloud", "surface"])
def test_the_chamfer_distance_must_be_said_to_be_one(form: str) -> None:
    recipe = recipe_of("chamfer_distance", form)
    assert recipe.grade == "unresolved"
    with pytest.raises(InvalidInput, match="does not say 'squared', which the score depends on"):
        recipe.parameters({"combine": "sum"}, {})
    with pytest.raises(InvalidInput, match="does not say 'combine'"):
        recipe.parameters({"squared": True}, {})
    assert recipe.parameters({"squared": True, "combine": "sum"}, {})["over"] == "mean"


def test_segmentation_needs_the_number_of_classes() -> None:
    with pytest.raises(InvalidInput, match="does not say 'num_classes'"):
        recipe_of("mean_iou").parameters({}, {})


def test_instances_count_by_the_rules_of_scannet_where_nothing_is_said() -> None:
    recipe = recipe_of("map50")
    assert recipe.parameters({}, {})["least_points"] == 100
    assert recipe.parameters({"classes": [3, 5]}, {})["classes"] == (3, 5)


def test_a_network_that_is_missing_is_named() -> None:
    with pytest.raises(NotComputable, match="needs the motion encoder of KIT-ML"):
        recipe_of("motion_fid").parameters({}, {})


class TestLabels:
    def read(self, folder: Path, value: Any) -> list[int]:
        found = recipe_of("mean_iou").format.prediction(item(folder, value))
        return [int(one) for one in found]

    def test_files_of_several_kinds(self, tmp_path: Path) -> None:
        np.save(tmp_path / "a.npy", np.array([[1], [2], [3]]))
        (tmp_path / "a.txt").write_text("1\n2\n3\n", encoding="utf-8")
        np.array([1 | 9 << 16, 2, 3 | 1 << 16], dtype="<u4").tofile(tmp_path / "a.label")
        for value in ("a.npy", "a.txt", "a.label", [1, 2, 3], {"labels": "a.npy"}, {"file": "a.txt"}):
            assert self.read(tmp_path, value) == [1, 2, 3]

    @pytest.mark.parametrize(
        ("name", "content", "error", "message"),
        [
            ("a.txt", b"1 2 x", InvalidInput, "a.txt"),
            ("a.txt", b"1\n2.5", ImpossibleValue, "a.txt holds a label that is no whole number"),
            ("a.txt", b"1\nnan", ImpossibleValue, "no whole number"),
            ("a.txt", b"", InvalidInput, "a.txt"),
            ("a.label", b"12345", InvalidInput, "a.label has 5 bytes; wanted four for each point"),
        ],
    )
    def test_what_holds_no_labels(
        self, name: str, content: bytes, error: type[Exception], message: str, tmp_path: Path
    ) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(error, match=message):
            self.read(tmp_path, name)

    def test_another_number_of_points_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ShapeMismatch, match=r"\(2,\)"):
            scored(recipe_of("mean_iou"), item(tmp_path, [0, 1]), item(tmp_path, output=[0, 1, 1], num_classes=2))

    def test_the_category_may_stand_beside_the_labels_or_for_all_items(self, tmp_path: Path) -> None:
        reference = recipe_of("instance_mean_iou").format.reference
        assert reference is not None
        assert reference(item(tmp_path, output={"labels": [4, 5], "category": "Bag"}))["category"] == "Bag"
        assert reference(item(tmp_path, output={"labels": [4, 5]}, category="Bag"))["category"] == "Bag"
        assert reference(item(tmp_path, output=[4, 5])).tolist() == [4, 5]


class TestInstances:
    def test_references_in_three_layouts(self, tmp_path: Path) -> None:
        labels, instances = np.array([5, 5, 7]), np.array([1, 2, 1])
        np.savez(tmp_path / "both.npz", labels=labels, instances=instances)
        np.save(tmp_path / "ids.npy", labels * 1000 + instances)
        np.save(tmp_path / "labels.npy", labels)
        reference = recipe_of("map50").format.reference
        assert reference is not None
        for output in ("both.npz", {"ids": "ids.npy"}, {"labels": "labels.npy", "instances": [1, 2, 1]}):
            found = reference(item(tmp_path, output=output))
            assert found["labels"].tolist() == labels.tolist()
            assert found["instances"].tolist() == instances.tolist()

    def test_what_is_no_instance(self, tmp_path: Path) -> None:
        read = recipe_of("map50").format.prediction
        with pytest.raises(InvalidInput, match="an instance is 3"):
            read(item(tmp_path, [3]))
        with pytest.raises(ShapeMismatch, match="masks of the prediction are of several lengths"):
            read(item(tmp_path, [{"mask": [1] * n, "label": 5, "score": 0.5} for n in (2, 3)]))
        np.savez(tmp_path / "found.npz", masks=np.ones((1, 3)), labels=[5])
        with pytest.raises(UnknownName, match="has no array 'scores'"):
            read(item(tmp_path, "found.npz"))


class TestSurfaces:
    SQUARE = np.array([[0.0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0]])
    FACES = np.array([[0, 1, 2], [0, 2, 3]])

    def test_points_lie_on_the_surface_and_are_spread_evenly(self) -> None:
        points = surface_points(self.SQUARE, self.FACES, 4000)
        assert (points[:, 2] == 0).all()
        counts, _, _ = np.histogram2d(points[:, 0], points[:, 1], bins=(4, 2), range=((0, 2), (0, 1)))
        assert np.abs(counts / 500 - 1).max() < 0.02
        assert np.array_equal(points, surface_points(self.SQUARE, self.FACES, 4000))

    def test_larger_faces_have_more_points(self) -> None:
        vertices = np.vstack([self.SQUARE, self.SQUARE * 3 + 10])
        points = surface_points(vertices, np.vstack([self.FACES, self.FACES + 4]), 1000)
        assert (points[:, 0] < 5).sum() == 100

    def test_a_mesh_without_area(self) -> None:
        with pytest.raises(ImpossibleValue, match="the faces of a mesh have no area"):
            surface_points(np.zeros((3, 3)), np.array([[0, 1, 2]]), 5)

    def test_a_cloud_is_taken_as_it_is(self, tmp_path: Path) -> None:
        np.save(tmp_path / "cloud.npy", self.SQUARE)
        read = recipe_of("chamfer_distance", "surface").format.prediction
        assert np.array_equal(read(item(tmp_path, "cloud.npy")), self.SQUARE)
        assert np.array_equal(read(item(tmp_path, self.SQUARE.tolist())), self.SQUARE)

    def test_the_number_of_points_is_bounded(self, tmp_path: Path) -> None:
        (tmp_path / "m.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", encoding="ascii")
        read = recipe_of("chamfer_distance", "surface").format.prediction
        assert read(item(tmp_path, "m.obj", surface_points=5)).shape == (5, 3)
        for n in (0, True, 10**9, "many"):
            with pytest.raises(ImpossibleValue, match="surface_points is a number of points, 1 to 1,000,000"):
                read(item(tmp_path, "m.obj", surface_points=n))


class TestScenes:
    BOX: Mapping[str, Any] = {"translation": [1, 2, 0], "detection_name": "car", "detection_score": 0.5}
    TRACK: Mapping[str, Any] = {
        "translation": [1, 2, 0],
        "tracking_name": "car",
        "tracking_id": "1",
        "tracking_score": 0.5,
    }
    SCENE: Mapping[str, Any] = {"samples": [{"token": "a"}, {"token": "b"}], "results": {"a": [TRACK]}}

    @pytest.mark.parametrize("key", BOX)
    def test_a_box_lacks_a_field(self, key: str, tmp_path: Path) -> None:
        box = {name: value for name, value in self.BOX.items() if name != key}
        with pytest.raises(InvalidInput, match=f"box 1 of the prediction has no {key!r}; wanted boxes such as"):
            recipe_of("map").format.prediction(item(tmp_path, [dict(self.BOX), box]))

    def test_nothing_found_is_a_prediction(self, tmp_path: Path) -> None:
        found = recipe_of("map").format.prediction(item(tmp_path, []))
        assert found["centres"].shape == (0, 3)

    def test_a_submission_file_of_one_sample(self, tmp_path: Path) -> None:
        read = recipe_of("map").format.prediction
        assert read(item(tmp_path, {"results": {"a": [dict(self.BOX)]}}))["labels"] == ["car"]
        with pytest.raises(LengthMismatch, match="has 2 samples; wanted the boxes of one key frame"):
            read(item(tmp_path, {"results": {"a": [], "b": []}}))

    def test_points_of_lidar_and_radar_are_added(self, tmp_path: Path) -> None:
        reference = recipe_of("map").format.reference
        assert reference is not None
        box = {**self.BOX, "num_lidar_pts": 3, "num_radar_pts": 1}
        found = reference(item(tmp_path, output={"boxes": [box], "ego_translation": [0, 0, 0]}))
        assert (found["points"], found["ego"]) == ([4], [0, 0, 0])

    def test_samples_of_another_scene_are_named(self, tmp_path: Path) -> None:
        read = recipe_of("amota").format.prediction
        with pytest.raises(InvalidInput, match="boxes of sample 'z', which is none of the scene's samples"):
            read(item(tmp_path, {"results": {"z": []}}, output=dict(self.SCENE)))
        found = read(item(tmp_path, {"results": {"b": [dict(self.TRACK)]}}, output=dict(self.SCENE)))
        assert (found["frames"], found["ids"], found["scores"]) == ([1], ["1"], [0.5])

    @pytest.mark.parametrize(
        ("output", "message"),
        [
            ({"results": {}}, "wanted the samples of a scene in their order"),
            ({"samples": [], "results": {}}, "wanted the samples"),
            ({"samples": [{"token": "a"}] * 2, "results": {}}, "two samples of one token"),
            ({"samples": [{"token": "a"}], "results": []}, "wanted boxes by sample"),
        ],
    )
    def test_what_is_no_scene(self, output: Any, message: str, tmp_path: Path) -> None:
        reference = recipe_of("amota").format.reference
        assert reference is not None
        with pytest.raises(InvalidInput, match=message):
            reference(item(tmp_path, output=output))


def test_poses_and_normals_come_as_text_or_arrays(tmp_path: Path) -> None:
    poses = np.tile(np.eye(4)[:3], (3, 1, 1))
    np.save(tmp_path / "poses.npy", poses)
    np.savetxt(tmp_path / "poses.txt", poses.reshape(3, 12))
    read = recipe_of("relative_translation_error").format.prediction
    assert read(item(tmp_path, "poses.npy")).shape == (3, 3, 4)
    assert read(item(tmp_path, {"poses": "poses.txt"})).shape == (3, 4, 4)
    (tmp_path / "n.normals").write_text("0 0 1\n0 1\n", encoding="ascii")
    with pytest.raises(InvalidInput, match=r"n.normals.*wanted a normal for each point"):
        recipe_of("angular_rmse").format.prediction(item(tmp_path, "n.normals"))


def test_the_picture_of_a_shape_stands_in_input_or_output(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.full((2, 2, 3), 7, dtype=np.uint8)).save(tmp_path / "a.png")
    reference = recipe_of("clip_image_score").format.reference
    assert reference is not None
    for place in ({"output": {"image": "a.png"}}, {"given": {"image": "a.png"}}, {"given": "a.png"}):
        assert reference(item(tmp_path, **place)).shape == (2, 2, 3)
    with pytest.raises(UnsafeFile):
        reference(item(tmp_path, output="../a.png"))
