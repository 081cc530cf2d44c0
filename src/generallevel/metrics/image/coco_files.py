"""COCO files: annotations and results as predictions and references of the metrics of boxes, masks and keypoints.

An annotation file has ``images``, ``annotations`` and ``categories``; a results file is a list of detections. Both are
read here without pycocotools, so that an empty list of results is what it says: a model that found nothing.

Source: Lin et al. (2014), arXiv 1405.0312 (the format, described at cocodataset.org).
"""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from generallevel.errors import DuplicateName, InvalidInput, did_you_mean

__all__ = ["Kind", "from_coco"]

Kind: TypeAlias = Literal["boxes", "masks", "keypoints"]
Record: TypeAlias = Mapping[str, Any]
Source: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Sequence[Any]

SHAPES = {"boxes": "bbox", "masks": "segmentation", "keypoints": "keypoints"}  # where a record holds them


def from_coco(
    annotations: Source, results: Source = (), *, kind: Kind = "boxes"
) -> tuple[dict[Any, dict[str, Any]], dict[Any, dict[str, Any]]]:
    """Predictions and references by image, from COCO annotations and results.

    Parameters
    ----------
    annotations : path, or mapping
        The annotation file, or what it holds.
    results : path, or sequence of mappings
        The results file, or what it holds; an empty list for a model that found nothing. Detections may be without
        ``score``, all of them.
    kind : {"boxes", "masks", "keypoints"}, default "boxes"
        What is read of each record: ``bbox``, ``segmentation`` or ``keypoints``.

    Returns
    -------
    (dict, dict)
        From the id of each image to its predictions, and to its references. Classes are category ids, and the
        references carry their image's id, by which ties are ordered as in pycocotools. Boxes are ``xywh``.

    Raises
    ------
    InvalidInput
        If a file is not of the format, or a record names an image or a category that is not there.
    DuplicateName
        If two images, categories or annotations have one id.

    Notes
    -----
    As in pycocotools the annotations' own field ``ignore`` is not read, and an annotation without a marked keypoint
    (``num_keypoints`` 0) need not be found. Polygons are drawn into the size that the image states.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312

    Examples
    --------
    >>> from generallevel import score
    >>> truth = {
    ...     "images": [{"id": 7, "height": 50, "width": 50}],
    ...     "categories": [{"id": 1, "name": "cat"}],
    ...     "annotations": [{"id": 1, "image_id": 7, "category_id": 1, "bbox": [0, 0, 10, 10], "iscrowd": 0}],
    ... }
    >>> found = [{"image_id": 7, "category_id": 1, "bbox": [0, 0, 10, 9], "score": 0.8}]
    >>> score("ap50", *from_coco(truth, found), boxes="xywh").value
    1.0
    >>> score("ap50", *from_coco(truth, []), boxes="xywh").value
    0.0
    """
    if kind not in SHAPES:
        raise InvalidInput(
            f"kind is one of {', '.join(SHAPES)}, not {kind!r}.{did_you_mean(str(kind), get_args(Kind))}"
        )
    truth, found = _content(annotations, "annotations"), _content(results, "results")
    if not isinstance(truth, Mapping) or not {"images", "annotations"} <= truth.keys():
        slip = " Is it the results file?" if isinstance(truth, list) else ""
        raise InvalidInput(f'annotations are an object with "images", "annotations" and "categories".{slip}')
    if isinstance(found, Mapping) and "annotations" in found:
        raise InvalidInput("results are a list of detections; this is an annotation file")
    images = dict(_by_id(truth["images"], "image"))
    classes = {name for name, _ in _by_id(truth.get("categories", ()), "category")} or None
    _by_id([record for record in truth["annotations"] if "id" in record], "annotation")
    true = _grouped(truth["annotations"], images, classes, kind, "annotation")
    said = _grouped(found, images, classes, kind, "detection")
    preds = {image: _prediction(said.get(image, []), kind) for image in images}
    refs = {image: _reference(image, record, true.get(image, []), kind) for image, record in images.items()}
    return preds, refs


def _content(source: Any, name: str) -> Any:
    if not isinstance(source, str | os.PathLike):
        return source
    pausing = gc.isenabled()
    gc.disable()  # which nearly halves the time: millions of new objects and none of them garbage
    try:
        return json.loads(Path(source).read_bytes())
    except OSError as slip:
        raise InvalidInput(f"the file of {name}, {os.fspath(source)!r}, cannot be read: {slip.strerror}") from slip
    except (ValueError, RecursionError) as slip:
        raise InvalidInput(f"the file of {name}, {os.fspath(source)!r}, is not JSON: {slip}") from slip
    finally:
        if pausing:
            gc.enable()


def _by_id(records: Any, name: str) -> list[tuple[Any, Record]]:
    pairs = [(_field(record, "id", name), record) for record in _listed(records, name)]
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise DuplicateName(f"{len(twice)} ids belong to more than one {name}, the first being {twice[0]!r}")
    return pairs


def _listed(records: Any, name: str) -> Sequence[Any]:
    if isinstance(records, str | bytes | Mapping) or not isinstance(records, Sequence):
        raise InvalidInput(f"there is to be a list of {name} records; got {records!r:.60}")
    return records


def _field(record: Any, key: str, name: str) -> Any:
    if not isinstance(record, Mapping):
        raise InvalidInput(f"a {name} record is an object with {key!r}, not {record!r:.60}")
    if key not in record:
        raise InvalidInput(f"a {name} record has no {key!r}: {dict(record)!r:.80}")
    value = record[key]
    if key.endswith("id") and (isinstance(value, bool) or not isinstance(value, int | str)):
        raise InvalidInput(f"{key!r} of a {name} record is an integer or a text, not {value!r:.60}")
    return value


def _grouped(
    records: Any, images: Mapping[Any, Record], classes: set[Any] | None, kind: str, name: str
) -> dict[Any, list[Record]]:
    groups: dict[Any, list[Record]] = {}
    for record in _listed(records, name):
        image, label = _field(record, "image_id", name), _field(record, "category_id", name)
        _field(record, SHAPES[kind], name)
        if image not in images:
            other = " Ids are compared as they are: 7 is not '7'." if str(image) in map(str, images) else ""
            raise InvalidInput(f"a {name} is of image {image!r}, which is not among the {len(images)} images.{other}")
        if classes is not None and label not in classes:
            raise InvalidInput(f"a {name} is of category {label!r}, which is not among the {len(classes)} categories")
        groups.setdefault(image, []).append(record)
    return groups


def _shapes(records: Iterable[Record], kind: str) -> list[Any]:
    shapes = [record[SHAPES[kind]] for record in records]
    return [_triples(points) for points in shapes] if kind == "keypoints" else shapes


def _triples(points: Any) -> list[Any]:
    if not isinstance(points, list | tuple) or len(points) % 3:
        raise InvalidInput(f"keypoints are x, y and visibility of each point in turn; got {points!r:.60}")
    return [list(points[place : place + 3]) for place in range(0, len(points), 3)]


def _prediction(records: Sequence[Record], kind: str) -> dict[str, Any]:
    prediction = {kind: _shapes(records, kind), "labels": [record["category_id"] for record in records]}
    if not records or any("score" in record for record in records):
        prediction["scores"] = [_field(record, "score", "detection") for record in records]
    return prediction


def _reference(image: Any, record: Record, records: Sequence[Record], kind: str) -> dict[str, Any]:
    reference = {
        kind: _shapes(records, kind),
        "labels": [one["category_id"] for one in records],
        "crowd": [bool(one.get("iscrowd", 0)) for one in records],
        "id": image,
    }
    if records and all("area" in one for one in records):
        reference["areas"] = [one["area"] for one in records]
    if "height" in record and "width" in record:
        reference["size"] = (record["height"], record["width"])
    if kind == "keypoints":
        reference["ignore"] = [one.get("num_keypoints") == 0 for one in records]
        if records and all("bbox" in one for one in records):
            reference["boxes"] = [one["bbox"] for one in records]
    return reference
