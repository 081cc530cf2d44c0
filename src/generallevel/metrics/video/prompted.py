"""What a prompt asked for: from the detections in the frames of a clip to the findings of `success_rate`.

A frame is a mapping of columns that stand side by side, one entry for each detection: ``labels``, ``scores``,
``boxes`` and ``descriptions``, such as the captions of a dense captioner. Nothing here runs a detector.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.objects import as_mappings, scores_of
from generallevel._kernels.overlap import Boxes, BoxFormat, box_overlaps, check_format, check_overlap, read_boxes
from generallevel.errors import InvalidInput, LengthMismatch, NotFinite

__all__ = ["contains", "described", "related"]

Findings: TypeAlias = NDArray[np.bool_]
Relation: TypeAlias = Literal["left of", "right of", "above", "below"]
RelationRule: TypeAlias = Literal["directed", "released"]

# The axis along which each relation lies, and the sign of the way from the object to the subject; y grows downwards.
RELATIONS: dict[str, tuple[int, int]] = {"left of": (0, -1), "right of": (0, 1), "above": (1, -1), "below": (1, 1)}
KNOWN = frozenset({"labels", "scores", "boxes", "descriptions"})
OVERLAP = 0.1  # VBench: boxes that overlap more are not beside one another


def contains(detections: Iterable[Any], wanted: str | Iterable[str], *, threshold: float | None) -> Findings:
    """Whether each frame shows every kind of object that was asked for.

    Parameters
    ----------
    detections : sequence of mapping, one for each frame
        ``labels``, the names of what was found, and ``scores``. A frame's bare labels will do without a threshold.
    wanted : str or iterable of str
        The name of the object, or the names of several, all of which must be there.
    threshold : float or None
        The least score of a detection that counts. Required: there is no safe guess; None says that whoever made the
        detections has dropped the weak ones, and looks at no score.

    Returns
    -------
    ndarray of bool, shape (frames,)
        What `success_rate` takes for a clip.

    Raises
    ------
    InvalidInput
        If there is no frame, a name is no text or asked for twice, or a threshold comes without scores.
    LengthMismatch
        If columns are not of one length.
    NotFinite
        If a score or the threshold is NaN or infinite.

    Notes
    -----
    Names are compared as they are written, case included. VBench's object class and multiple objects are the same, over
    all that its detector keeps (``threshold=None``).

    References
    ----------
    .. [1] Huang et al. (2023), "VBench", arXiv 2311.17982 (object class, multiple objects)

    Examples
    --------
    >>> frames = [{"labels": ["cat", "dog"], "scores": [0.9, 0.4]}, {"labels": ["cat"], "scores": [0.8]}]
    >>> contains(frames, "cat", threshold=0.5).tolist()
    [True, True]
    >>> contains(frames, ["cat", "dog"], threshold=0.3).tolist()
    [True, False]
    """
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in names:
        _check_name("wanted", name)
    if not names or len(set(names)) < len(names):
        raise InvalidInput(f"wanted is one name or several different ones, not {names!r:.80}: objects are not counted")
    return _findings(
        set(names) <= {labels[place] for place in kept} for _, labels, kept in _read(detections, threshold)
    )


def described(detections: Iterable[Any], wanted: str, colour: str, *, threshold: float | None) -> Findings:
    """Whether each frame shows an object that is described in the colour that was asked for.

    Parameters
    ----------
    detections : sequence of mapping, one for each frame
        As for `contains`, with ``descriptions``: a text for each detection, such as "a red car" or "red".
    wanted : str
        The name of the object.
    colour : str
        The word that the description of one such object must hold; any other property will do as well.
    threshold : float or None
        As for `contains`.

    Returns
    -------
    ndarray of bool, shape (frames,)
        What `success_rate` takes for a clip.

    Raises
    ------
    InvalidInput
        As for `contains`; also if a description is no text.
    LengthMismatch, NotFinite
        As for `contains`.

    Notes
    -----
    Whole words are compared, without regard to case: "a covered car" is not red. VBench looks for the letters anywhere,
    leaves out frames where no such object has a colour, and averages over clips; here such a frame is a failure, and
    frames pool.

    References
    ----------
    .. [1] Huang et al. (2023), "VBench", arXiv 2311.17982 (color)

    Examples
    --------
    >>> texts = ["a red car", "a covered car"]
    >>> frames = [{"labels": ["car"], "descriptions": [text]} for text in texts]
    >>> described(frames, "car", "red", threshold=None).tolist()
    [True, False]
    """
    _check_name("wanted", wanted)
    _check_name("colour", colour)
    word = re.compile(rf"(?<!\w){re.escape(colour)}(?!\w)", flags=re.IGNORECASE)
    findings = []
    for frame, labels, kept in _read(detections, threshold):
        texts = _texts(frame, "descriptions")
        if len(texts) != len(labels):
            raise LengthMismatch(
                f"a frame has {len(labels)} labels and {len(texts)} descriptions: one belongs to each detection"
            )
        findings.append(any(labels[place] == wanted and word.search(texts[place]) for place in kept))
    return _findings(findings)


def related(
    detections: Iterable[Any],
    subject: str,
    relation: Relation,
    other: str,
    *,
    boxes: BoxFormat,
    threshold: float | None,
    iou: float = OVERLAP,
    rule: RelationRule = "directed",
) -> Findings:
    """Whether each frame shows one object on the side of another that was asked for.

    Parameters
    ----------
    detections : sequence of mapping, one for each frame
        As for `contains`, with ``boxes``, shape (n, 4).
    subject, other : str
        The names of the two, as in "subject left of other".
    relation : {"left of", "right of", "above", "below"}
        As seen in the image: x grows to the right and y downwards.
    boxes : str
        The format of the boxes: "xyxy", "xywh" and so on, as for the metrics of boxes.
    threshold : float or None
        As for `contains`.
    iou : float, default 0.1
        The most that the two boxes may overlap.
    rule : {"directed", "released"}, default "directed"
        Whether some subject must be on that side of some other object, or, as VBench's code has it, any two detections
        of either name be apart along that axis, whichever is first.

    Returns
    -------
    ndarray of bool, shape (frames,)
        What `success_rate` takes for a clip.

    Raises
    ------
    InvalidInput
        As for `contains`; also if a frame with detections has no boxes, or an option is none of its words.
    ShapeMismatch, NotFinite, ImpossibleValue, LengthMismatch
        If boxes are no rows of four finite numbers, not in the format said, or not one for each detection, or ``iou``
        is outside (0, 1].

    Notes
    -----
    The centres must be farther apart along the axis of the relation than along the other one, so that normalised boxes
    of images that are not square give other findings than boxes in pixels. VBench gives a frame of too much overlap
    ``iou`` out of the actual IoU; a finding is True or False, and such a frame is False here under both rules.

    References
    ----------
    .. [1] Huang et al. (2023), "VBench", arXiv 2311.17982 (spatial relationship)

    Examples
    --------
    >>> frame = {"labels": ["cat", "dog"], "boxes": [[0, 0, 10, 10], [30, 5, 40, 15]]}
    >>> related([frame], "cat", "left of", "dog", boxes="xyxy", threshold=None).tolist()
    [True]
    >>> related([frame], "cat", "right of", "dog", boxes="xyxy", threshold=None).tolist()
    [False]
    """
    _check_name("subject", subject)
    _check_name("other", other)
    one_of("relation", relation, RELATIONS)
    one_of("rule", rule, ("directed", "released"))
    check_format(boxes)
    check_overlap(iou)
    axis, sign = RELATIONS[relation]
    findings = []
    for frame, labels, kept in _read(detections, threshold):
        given = frame.get("boxes")
        if labels and given is None:
            raise InvalidInput("a frame has detections without 'boxes', and a relation is one of boxes")
        read = read_boxes([] if given is None else given, boxes, "detections")
        if len(read) != len(labels):
            raise LengthMismatch(
                f"a frame has {len(labels)} labels and {len(read)} boxes: one belongs to each detection"
            )
        firsts, seconds = ([place for place in kept if labels[place] == name] for name in (subject, other))
        if rule == "released":
            firsts = seconds = sorted({*firsts, *seconds})
        way = _ways(read, firsts, seconds)
        along, across = way[..., axis], way[..., 1 - axis]
        apart = (np.abs(along) > np.abs(across)) & (box_overlaps(_of(read, firsts), _of(read, seconds)) <= iou)
        if rule == "directed":
            apart &= sign * along > 0
        findings.append(bool(apart.any()))
    return _findings(findings)


def _of(boxes: Boxes, places: list[int]) -> Boxes:
    return Boxes(boxes.corners[places].reshape(-1, 4), boxes.areas[places])


def _ways(boxes: Boxes, firsts: list[int], seconds: list[int]) -> NDArray[np.float64]:
    """How far, along x and y, the centre of each first box is from that of each second."""
    centres = (boxes.corners[:, :2] + boxes.corners[:, 2:]) / 2
    ways: NDArray[np.float64] = centres[firsts].reshape(-1, 1, 2) - centres[seconds].reshape(1, -1, 2)
    return ways


def _check_name(option: str, name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput(f"{option} is a name, such as 'cat', not {name!r:.80}")


def _findings(found: Iterable[bool]) -> Findings:
    return np.array(list(found), dtype=np.bool_)


def _texts(frame: Mapping[str, Any], key: str) -> list[str]:
    """A column of texts."""
    given = frame.get(key, ())
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidInput(f"{key} are one text for each detection, in a list; got {given!r:.80}")
    texts = list(given)
    for text in texts:
        if not isinstance(text, str):
            raise InvalidInput(f"{key} are one text for each detection; got {text!r:.80}")
    return [str(text) for text in texts]


def _read(detections: Iterable[Any], threshold: float | None) -> list[tuple[Mapping[str, Any], list[str], list[int]]]:
    """Each frame: its columns, its labels, and the places of the detections that count."""
    if isinstance(detections, Mapping | str):
        raise InvalidInput(
            "detections are a sequence, one mapping for each frame; got a single frame: put it in a list"
        )
    if threshold is not None and not math.isfinite(threshold):
        raise NotFinite(f"threshold is the least score that counts, or None, not {threshold!r}")
    frames = as_mappings(list(detections), "detections", "labels", KNOWN)
    if not frames:
        raise InvalidInput("detections hold no frame: a clip has one at least, and a frame without detections is []")
    read = []
    for number, frame in enumerate(frames):
        labels = _texts(frame, "labels")
        kept = list(range(len(labels)))
        scores, given = scores_of([frame], np.array([len(labels)]), "detections")
        if threshold is not None:
            if not given.all():
                raise InvalidInput(
                    f"threshold={threshold!r} needs the scores of frame {number}; threshold=None says that whoever "
                    "made the detections has dropped the weak ones"
                )
            kept = np.flatnonzero(scores >= threshold).tolist()
        read.append((frame, labels, kept))
    return read
