"""What the readers of image tasks take and refuse."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes import image
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.image_comprehension import RULES as COMPREHENSION
from generallevel.benchmark.recipes.recipe import Item, Recipe
from generallevel.errors import (
    GeneralLevelError,
    ImpossibleValue,
    InvalidInput,
    NotComputable,
    ShapeMismatch,
    UnsafeFile,
)
from generallevel.scoring import Stream

FORMATS = {one.name: one for one in image.FORMATS}


def png(folder: Path, name: str, pixels: Any, dtype: Any = np.uint8) -> str:
    Image.fromarray(np.array(pixels, dtype=dtype)).save(folder / name)
    return name


def item(folder: Path, prediction: Any, output: Any = None, asked: Any = None, **header: Any) -> Item:
    files = Files(folder, folder)
    return Item("1", asked, output, prediction, header, files, files)


def said(form: str, folder: Path, prediction: Any, output: Any = None, asked: Any = None, **header: Any) -> Any:
    return FORMATS[form].prediction(item(folder, prediction, output, asked, **header))


def wanted(form: str, folder: Path, output: Any, asked: Any = None, **header: Any) -> Any:
    return FORMATS[form].reference(item(folder, None, output, asked, **header))


def recipe_of(metric: str) -> Recipe:
    (found,) = [rule.recipe for rule in image.RULES if rule.recipe.metric == metric]
    return found


@pytest.mark.parametrize(
    "form", ["mask", "label map", "heat map", "matte", "depth map", "image pair", "image set", "image and image"]
)
@pytest.mark.parametrize(
    ("name", "error", "match"),
    [
        ("missing.png", InvalidInput, "there is no file 'missing.png'"),
        ("../secret.png", UnsafeFile, "goes up by"),
        ("/etc/passwd", UnsafeFile, "absolute path"),
        (7, InvalidInput, "the prediction is 7"),
        ({"other": 1}, InvalidInput, "the prediction has 'other'; wanted"),
        (True, InvalidInput, "the prediction is True"),
    ],
)
def test_media_that_cannot_be_opened(form: str, name: Any, error: type, match: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=match):
        said(form, tmp_path, name, num_classes=3)


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("value", [7.5, True, "x", "", [], {}, [[]], {"a": 1}, [None], [{"bbox": None}], float("nan")])
def test_a_prediction_of_any_kind_is_read_or_refused(form: str, value: Any, tmp_path: Path) -> None:
    with contextlib.suppress(GeneralLevelError):  # and nothing else
        said(form, tmp_path, value, output={"relations": ["on"]}, num_classes=3)


# --- maps


def test_masks_are_images_run_lengths_and_polygons(tmp_path: Path) -> None:
    mask = np.zeros((4, 6), dtype=bool)
    mask[1:3, 2:5] = True
    runs = {"size": [4, 6], "counts": [9, 2, 2, 2, 2, 2, 5]}  # down the columns
    for given in (
        png(tmp_path, "1.png", mask * 255),
        {"mask": png(tmp_path, "2.png", mask)},  # of 0 and 1
        runs,
        {"segmentation": runs},
        {"polygons": [[2, 1, 5, 1, 5, 3, 2, 3]]},
    ):
        assert np.array_equal(said("mask", tmp_path, given, asked={"height": 4, "width": 6}), mask)


def test_a_soft_mask_needs_a_threshold(tmp_path: Path) -> None:
    name = png(tmp_path, "soft.png", [[0, 100], [200, 255]])
    with pytest.raises(InvalidInput, match="more than 0 and one other"):
        said("mask", tmp_path, name)
    assert said("mask", tmp_path, name, mask_threshold=0.5).tolist() == [[False, False], [True, True]]


def test_a_mask_has_the_size_of_its_image(tmp_path: Path) -> None:
    name = png(tmp_path, "1.png", [[0, 255]])
    with pytest.raises(ShapeMismatch, match="Nothing is resized"):
        said("mask", tmp_path, name, asked={"size": [2, 2]})
    with pytest.raises(ImpossibleValue, match="the size of an image is"):
        said("mask", tmp_path, name, asked={"size": [2.5, 0]})


def test_masks_of_two_sizes_cost_the_item(tmp_path: Path) -> None:
    there, found = png(tmp_path, "1.png", [[0, 255]]), png(tmp_path, "2.png", [[0], [255]])
    stream = Stream("mean_iou", variant="binary", errors="missing")
    stream.add(said("mask", tmp_path, found), wanted("mask", tmp_path, there), id="1")
    assert stream.value == 0
    assert "Is one of them transposed?" in stream.reasons["1"]


def test_a_label_map_of_two_classes_is_a_mask(tmp_path: Path) -> None:
    name = png(tmp_path, "1.png", [[0, 255]])
    assert said("label map", tmp_path, name).tolist() == [[False, True]]
    assert said("label map", tmp_path, name, num_classes=2, ignore_index=255).tolist() == [[0, 255]]
    assert said("label map", tmp_path, {"labels": name}, num_classes=40).tolist() == [[0, 255]]


def test_colours_stand_for_labels_where_the_header_says_so(tmp_path: Path) -> None:
    name = png(tmp_path, "1.png", [[[255, 0, 0], [0, 0, 0]]])
    colours = [[0, 0, 0], [255, 0, 0]]
    assert said("label map", tmp_path, name, num_classes=3, colours=colours).tolist() == [[1, 0]]
    with pytest.raises(InvalidInput, match="colours"):
        said("label map", tmp_path, name, num_classes=3)


def test_grey_levels_of_8_and_16_bits_are_shares(tmp_path: Path) -> None:
    assert said("heat map", tmp_path, png(tmp_path, "8.png", [[0, 51, 255]])).tolist() == [[0, 1 / 5, 1]]
    wide = png(tmp_path, "16.png", [[0, 13107, 65535]], np.uint16)
    assert said("matte", tmp_path, {"alpha": wide}).tolist() == [[0, 1 / 5, 1]]
    np.save(tmp_path / "scores.npy", [[-2.5, 7.0]])
    assert said("heat map", tmp_path, "scores.npy").tolist() == [[-2.5, 7.0]]


def test_scores_outside_the_bins_cost_the_item_unless_all_are_kept(tmp_path: Path) -> None:
    np.save(tmp_path / "scores.npy", [[-2.5, 7.0]])
    truth = wanted("heat map", tmp_path, png(tmp_path, "1.png", [[0, 255]]))
    for header, n_missing in (({}, 1), ({"bins": None}, 0)):
        stream = Stream("pixel_ap", errors="missing", **recipe_of("pixel_ap").parameters(header, {}))
        stream.add(said("heat map", tmp_path, "scores.npy"), truth)
        assert len(stream.reasons) == n_missing


def test_a_matte_may_have_a_trimap(tmp_path: Path) -> None:
    alpha = png(tmp_path, "alpha.png", [[0, 0, 255, 255]])
    trimap = png(tmp_path, "trimap.png", [[0, 128, 128, 255]])
    found = said("matte", tmp_path, png(tmp_path, "found.png", [[255, 255, 255, 255]]))
    reference = wanted("matte", tmp_path, {"alpha": alpha, "trimap": trimap})
    for region, wrong in (("whole", 2), ("unknown", 1)):
        stream = Stream("sad", **recipe_of("sad").parameters({"region": region}, {}))
        stream.add(found, reference)
        assert stream.value == wrong / 1000


def test_depth_says_its_unit(tmp_path: Path) -> None:
    recipe = recipe_of("depth_rms")
    with pytest.raises(InvalidInput, match="does not say 'unit'"):
        recipe.parameters({}, {})
    png(tmp_path, "1.png", [[1000, 2500]], np.uint16)
    assert said("depth map", tmp_path, "1.png", depth_scale=1000).tolist() == [[1, 2.5]]
    np.save(tmp_path / "clip.npy", np.ones((2, 1, 3, 3)))
    with pytest.raises(ShapeMismatch, match="wanted one depth map"):
        said("depth map", tmp_path, "clip.npy")


def test_classes_have_no_default_where_nothing_settles_them() -> None:
    from generallevel.benchmark import general_bench

    task = general_bench().resolve("image.comprehension.indoor-semantic-segmentation")
    recipe = RecipeBook("image", COMPREHENSION).of(task, {})
    with pytest.raises(InvalidInput, match="does not say 'num_classes'"):
        recipe.parameters({}, {})


@pytest.mark.parametrize(
    ("value", "match"),
    [
        ([1], "wanted a COCO panoptic annotation"),
        ({"file_name": "1.png"}, "wanted a COCO panoptic annotation"),
        ({"file_name": "1.png", "segments_info": [{"id": "7", "category_id": 3}]}, "an entry of segments_info is"),
        ({"segments_info": []}, "wanted the picture of its segments"),
    ],
)
def test_panoptic_annotations_that_are_none(value: Any, match: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=match):
        said("panoptic", tmp_path, value)


# --- boxes


def test_boxes_in_many_layouts(tmp_path: Path) -> None:
    read = {"boxes": [[1, 2, 3, 4]], "labels": ["a cat"], "scores": [0.5]}
    for value in (
        [{"bbox": [1, 2, 3, 4], "label": "A cat ", "score": 0.5}],
        {"objects": [{"box": [1, 2, 3, 4], "category": "a cat", "confidence": 0.5, "image_id": 3}]},
        {"boxes": [[1, 2, 3, 4]], "labels": ["a cat"], "scores": [0.5]},
        {"bbox": [1, 2, 3, 4], "label": "a cat", "score": 0.5},
    ):
        assert said("boxes", tmp_path, value) == read
    assert said("boxes", tmp_path, [[1, 2, 3, 4]]) == {"boxes": [[1, 2, 3, 4]]}
    assert said("boxes", tmp_path, [1, 2, 3, 4]) == {"boxes": [[1, 2, 3, 4]]}
    assert said("boxes", tmp_path, []) == {"boxes": []}


def test_references_have_crowds_and_numbers_have_names(tmp_path: Path) -> None:
    output = [{"bbox": [0, 0, 1, 1], "category_id": 3, "iscrowd": 1, "area": 1}, {"bbox": [0, 0, 2, 2], "area": 4}]
    output[1] |= {"category_id": 4}
    read = wanted("boxes", tmp_path, output, categories=[{"id": 3, "name": "Cat"}])
    assert read == {"boxes": [[0, 0, 1, 1], [0, 0, 2, 2]], "labels": ["cat", 4], "crowd": [1, 0], "areas": [1, 4]}
    assert "labels" not in wanted("boxes", tmp_path, output, classes=["cat"])


@pytest.mark.parametrize(
    ("value", "error", "match"),
    [
        (7, InvalidInput, "wanted boxes: a list of objects"),
        ([{"bbox": [1, 2, 3]}], InvalidInput, "box 0 of the prediction is .* wanted four numbers"),
        ([{"bbox": [1, 2, 3, "4"]}], InvalidInput, "wanted a list of numbers"),
        ([{"bbox": [1, 2, 3, True]}], InvalidInput, "wanted a list of numbers"),
        ([{"bbox": [1, 2, 3, 1e308]}], ImpossibleValue, "pixels away or more"),
        ([{"bbox": [1, 2, 3, 10**399]}], ImpossibleValue, "pixels away or more"),
        ([{"label": "cat"}], InvalidInput, "object 0 of the prediction has 'label'; its shape stands under"),
        ([{"bbox": [1, 2, 3, 4], "label": ["cat"]}], InvalidInput, "wanted the name of a class"),
        (
            [{"bbox": [1, 2, 3, 4], "score": 1}, {"bbox": [1, 2, 3, 4]}],
            InvalidInput,
            "1 of the 2 objects .* have scores",
        ),
        ({"boxes": [[1, 2, 3, 4]], "scores": [1, 2]}, InvalidInput, "1 boxes and 2 scores"),
        ("[1, 2, 3, 4]", InvalidInput, "box_scale is None"),
        ({"text": "[1, 2, 3, 4]", "box_scale": 100}, InvalidInput, "box_scale is 100"),
        ({"text": "gun: [1, 2, 3]", "box_scale": "pixels"}, InvalidInput, "is no box: wanted"),
        ({"text": "[5, 2, 3, 4]", "box_scale": "pixels"}, ImpossibleValue, "ends before it begins"),
        ({"text": "[0.1, 0.2, 0.3, 0.4]", "box_scale": 1}, InvalidInput, "the size of the image, which nobody says"),
        ({"text": "[1, 2, 3, 4]" * 10_000, "box_scale": "pixels"}, ImpossibleValue, "120000 characters"),
    ],
)
def test_boxes_that_are_none(value: Any, error: type, match: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=match):
        said("boxes", tmp_path, value)


@pytest.mark.parametrize(
    ("box_format", "scale", "text", "box"),
    [
        ("xyxy", "pixels", "[10, 20, 30, 60]", [10, 20, 30, 60]),
        ("xywh", "pixels", "(10, 20, 30, 60)", [10, 20, 20, 40]),
        ("cxcywh", "pixels", "[10, 20, 30, 60]", [20, 40, 20, 40]),
        ("xywh", 1, "[0.25, 0.5, 0.5, 1.0]", [50, 50, 50, 50]),
        ("xyxy", 1000, "[250, 500, 500, 1000]", [50, 50, 100, 100]),
        ("xyxy_normalised", 1000, "[250, 500, 500, 1000]", [0.25, 0.5, 0.5, 1]),
        ("xywh_normalised", "pixels", "[50, 50, 100, 100]", [0.25, 0.5, 0.25, 0.5]),
    ],
)
def test_boxes_in_words_become_those_of_the_header(
    box_format: str, scale: Any, text: str, box: list[float], tmp_path: Path
) -> None:
    asked = {"width": 200, "height": 100}
    read = said("boxes in words", tmp_path, f"It is at {text}.", None, asked, box_format=box_format, box_scale=scale)
    assert read == {"boxes": [pytest.approx(box)]}


def test_labels_in_words_and_in_json(tmp_path: Path) -> None:
    boxes = [[1, 2, 3, 4], [5, 6, 7, 8], [1, 1, 2, 2]]
    read = {"boxes": boxes, "labels": ["cat", "cat", "big dog"]}
    words = "I see:\n- Cat: [1, 2, 3, 4], [5, 6, 7, 8]\n- big dog: [1, 1, 2, 2]"
    fenced = (
        '```json\n[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}, {"bbox_2d": [5, 6, 7, 8], "label": "cat"}, '
        '{"bbox_2d": [1, 1, 2, 2], "label": "big dog"}]\n```'
    )
    for text in (words, fenced):
        assert said("boxes", tmp_path, text, box_scale="pixels", box_format="xyxy") == read
    assert said("boxes", tmp_path, "There is none.", box_scale=1) == {"boxes": []}
    with pytest.raises(InvalidInput, match="wanted four numbers"):
        said("boxes", tmp_path, '[{"bbox": [1, 2, 3]}]', box_scale=1)


@pytest.mark.parametrize("text", ["[" * 60_000, "[NaN, 1, 2, 3]", '{"a":' * 10_000, "[1e999, 2, 3, 4]", "9" * 60_000])
def test_hostile_answers_end_in_boxes_or_an_error(text: str, tmp_path: Path) -> None:
    try:
        read = said("boxes", tmp_path, text, box_scale="pixels")
    except GeneralLevelError:
        return
    assert all(len(box) == 4 for box in read["boxes"])


def test_an_expression_has_one_box(tmp_path: Path) -> None:
    two = [{"bbox": [0, 0, 1, 1], "label": "x"}, {"bbox": [0, 0, 2, 2], "label": "y"}]
    with pytest.raises(InvalidInput, match="the prediction has 2 boxes; an expression has one"):
        said("box of an expression", tmp_path, two)
    with pytest.raises(InvalidInput, match="the reference has no box"):
        wanted("box of an expression", tmp_path, [])
    ranked = [{**box, "score": score} for box, score in zip(two, (0.2, 0.9), strict=True)]
    read = {"boxes": [[0, 0, 1, 1], [0, 0, 2, 2]], "scores": [0.2, 0.9]}
    assert said("box of an expression", tmp_path, ranked) == read


def test_an_expression_counts_by_its_surest_box(tmp_path: Path) -> None:
    stream = Stream("ap10", variant="grounding", **recipe_of("ap10").parameters({}, {}))
    ranked = [{"bbox": [0, 0, 9, 9], "score": 0.2}, {"bbox": [50, 50, 9, 9], "score": 0.9}]
    stream.add(said("box of an expression", tmp_path, ranked), wanted("box of an expression", tmp_path, [0, 0, 9, 9]))
    assert stream.value == 0


def test_poses_are_flat_or_nested(tmp_path: Path) -> None:
    flat, nested = [1, 2, 2, 3, 4, 0], [[1, 2, 2], [3, 4, 0]]
    for points in (flat, nested):
        read = wanted("keypoints", tmp_path, [{"keypoints": points, "area": 9, "bbox": [0, 0, 3, 3]}])
        assert read == {"keypoints": [nested], "areas": [9], "boxes": [[0, 0, 3, 3]]}
    with pytest.raises(InvalidInput, match="pose 0 of the prediction has 4 numbers"):
        said("keypoints", tmp_path, [{"keypoints": [1, 2, 3, 4]}])
    with pytest.raises(ImpossibleValue, match="a point of pose 0 of the prediction lies"):
        said("keypoints", tmp_path, [{"keypoints": [1, 2e9, 3]}])
    with pytest.raises(InvalidInput, match="pose 0 of the prediction is 'x'"):
        said("keypoints", tmp_path, [{"keypoints": "x"}])


def test_instances_take_the_size_of_their_image(tmp_path: Path) -> None:
    name = png(tmp_path, "1.png", [[0, 255], [0, 255]])
    objects = [
        {"segmentation": name, "label": "car"},
        {"segmentation": {"counts": [2, 2]}, "label": "car"},
        {"segmentation": [[1, 0, 2, 0, 2, 2, 1, 2]], "label": "car"},
    ]
    read = said("instances", tmp_path, objects, asked={"size": [2, 2]})
    assert [mask.tolist() for mask in read["masks"]] == [[[False, True], [False, True]]] * 3
    assert read["labels"] == ["car"] * 3
    with pytest.raises(GeneralLevelError, match="size"):
        said("instances", tmp_path, objects[2:])


# --- names


def test_names_fold(tmp_path: Path) -> None:
    assert said("class", tmp_path, " Golden  Retriever. ") == "golden retriever"
    assert said("class", tmp_path, 3) == wanted("class", tmp_path, {"label": "3"}) == "3"
    with pytest.raises(InvalidInput, match="a picture; wanted its class"):
        said("class", tmp_path, "out/1.PNG")
    with pytest.raises(InvalidInput, match="wanted the name of a class"):
        said("class", tmp_path, " . ")


def test_entities_in_many_layouts(tmp_path: Path) -> None:
    read = [("PER", "Ann Lee"), ("LOC", "Leeds")]
    for value in (
        [{"text": "Ann Lee", "type": "PER"}, {"entity": "Leeds", "label": "loc"}],
        [["Ann  Lee", "per"], ["Leeds", "LOC"]],
        "Ann Lee: PER <p> Leeds: LOC",
        {"entities": [["Ann Lee", "PER"], ["Leeds", "LOC"]]},
    ):
        assert said("entities", tmp_path, value) == read
    assert said("entities", tmp_path, []) == said("entities", tmp_path, "") == []
    for wrong in ([1], [["a", "b", "c"]], "no type", [["", "PER"]], 4):
        with pytest.raises(InvalidInput, match="entit"):
            said("entities", tmp_path, wrong)


def test_a_relation_is_found_among_fifty_answers(tmp_path: Path) -> None:
    output = {"relations": ["left of", "beside"]}
    ranking = [f"no {place}" for place in range(60)]
    for at, found in ((0, 1), (49, 1), (50, 0)):
        answers = [*ranking[:at], "Beside.", *ranking[at:]]
        stream = Stream("recall_at_50", mode="predcls", boxes="xyxy", graph_constraint=False)
        form = "relation of two things"
        stream.add(said(form, tmp_path, answers, output), wanted(form, tmp_path, output))
        assert stream.value == found
    with pytest.raises(InvalidInput, match="a text, or a list of texts"):
        said("relation of two things", tmp_path, 3, output)
    with pytest.raises(InvalidInput, match="names no relation"):
        wanted("relation of two things", tmp_path, {"relations": [""]})


@pytest.mark.parametrize(
    ("value", "match"),
    [
        ("a man rides", "wanted a scene graph"),
        ({"objects": [], "relations": [[0, "on", 1]]}, "wanted \\[subject, object, predicate\\]"),
        ({"objects": [], "relations": [{"subject": 0}]}, "wanted \\[subject, object, predicate\\]"),
        (
            {
                "objects": [],
                "relations": [{"subject": 0, "object": 0, "predicate": "on", "score": 1}, [0, 0, "at"]],
            },
            "1 of 2 relations",
        ),
    ],
)
def test_scene_graphs_that_are_none(value: Any, match: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=match):
        said("scene graph", tmp_path, value)


def test_relations_alone_will_do_where_the_objects_are_given(tmp_path: Path) -> None:
    graph = {"objects": [{"bbox": [0, 0, 5, 5], "label": "man"}] * 2, "relations": [[0, 1, "on"]]}
    recipe = next(rule.recipe for rule in image.RULES if rule.recipe.format.name == "scene graph")
    stream = Stream("recall_at_50", **recipe.parameters({"mode": "predcls"}, {}))
    stream.add(said("scene graph", tmp_path, {"relations": [[0, 1, "On"]]}), wanted("scene graph", tmp_path, graph))
    assert stream.value == 1


# --- generated images


def test_images_are_rgb_on_one_scale(tmp_path: Path) -> None:
    grey = said("image pair", tmp_path, png(tmp_path, "grey.png", [[7, 255]]))
    assert grey.tolist() == [[[7, 7, 7], [255, 255, 255]]]
    deep = said("image pair", tmp_path, {"image": png(tmp_path, "deep.png", [[7 * 257, 65535]], np.uint16)})
    assert np.array_equal(deep, grey)


def test_images_of_two_sizes_cost_the_item(tmp_path: Path) -> None:
    one, other = png(tmp_path, "1.png", np.zeros((8, 8, 3))), png(tmp_path, "2.png", np.ones((8, 9, 3)))
    stream = Stream("psnr", errors="missing", **recipe_of("psnr").parameters({}, {}))
    stream.add(said("image pair", tmp_path, one), wanted("image pair", tmp_path, other), id="1")
    assert "pred has shape (8, 8, 3) but ref has shape (8, 9, 3)" in stream.reasons["1"]


def test_an_image_may_be_several_but_not_none(tmp_path: Path) -> None:
    names = [png(tmp_path, f"{place}.png", np.zeros((4, 4, 3))) for place in range(2)]
    assert len(said("image set", tmp_path, names)) == len(said("image and text", tmp_path, {"images": names})) == 2
    for many in ([], names * 501):
        with pytest.raises(ImpossibleValue, match=f"has {len(many)} images"):
            said("image set", tmp_path, many)
    with pytest.raises(InvalidInput, match="wanted an image"):
        said("image set", tmp_path, [3])


def test_the_text_of_an_image_is_its_caption_or_its_prompt(tmp_path: Path) -> None:
    asked = {"prompt": "paint"}
    for output, text in (
        ("a cat", "a cat"),
        ({"caption": "a cat"}, "a cat"),
        (["a cat", "a kitten"], ("a cat", "a kitten")),
        (None, "paint"),
        ({}, "paint"),
    ):
        assert wanted("image and text", tmp_path, output, asked) == text
    for output, other in ((None, None), ("", asked), (3, asked), ([], asked)):
        with pytest.raises(InvalidInput, match="wanted a text, or a list of texts"):
            wanted("image and text", tmp_path, output, other)


@pytest.mark.parametrize(
    ("metric", "role"), [("fid", "inception"), ("clip_score", "clip"), ("clip_image_score", "clip")]
)
def test_what_needs_a_network_says_so(metric: str, role: str) -> None:
    recipe = recipe_of(metric)
    assert recipe.roles == (role,)
    with pytest.raises(NotComputable, match=rf"pass extractors=\{{'{role}': ...\}}"):
        recipe.parameters({}, {})
