"""Which classes were said where which were true: counts of pixels, and overlaps read from them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = ["Measure", "check_classes", "class_counts", "overlaps"]

Measure = Literal["iou", "dice"]
MOST_CELLS = 1 << 16  # ours: of a joint count; with more classes three counts are cheaper


def class_counts(
    pred: NDArray[Any], ref: NDArray[Any], num_classes: int, ignore_index: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pixels of each class that both label maps have, that the prediction has, and that the reference has.

    Parameters
    ----------
    pred, ref : ndarray of int or bool, of one shape
        Labels from 0 to ``num_classes - 1``, or ``ignore_index``.
    num_classes : int
    ignore_index : int, optional
        A pixel that the reference labels so does not count at all; where only the prediction does, no class is said.

    Returns
    -------
    (ndarray, ndarray, ndarray) of int, each of shape (num_classes,)

    Raises
    ------
    ImpossibleValue
        If a label is none of these.

    Examples
    --------
    >>> [counts.tolist() for counts in class_counts(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)]
    [[1, 1], [1, 2], [2, 1]]
    """
    if num_classes == 2 and pred.dtype == ref.dtype == np.bool_:
        return _of_truths(pred, ref)
    said, wanted = (np.ravel(side) for side in (pred, ref))
    if ignore_index is not None and (_holds_other(wanted, num_classes) or 0 <= ignore_index < num_classes):
        kept = wanted != ignore_index
        said, wanted = said[kept], wanted[kept]
    _check_labels("ref", wanted, num_classes)
    if ignore_index is not None and (_holds_other(said, num_classes) or 0 <= ignore_index < num_classes):
        silent = said == ignore_index
        _check_labels("pred", said[~silent], num_classes)
        said = np.where(silent, num_classes, said.astype(np.int64))
    else:
        _check_labels("pred", said, num_classes)
    cells = num_classes + 1  # the last one: no class said
    if num_classes * cells > MOST_CELLS:
        common, saids, wanteds = (
            np.bincount(side.astype(np.int64), minlength=cells)[:num_classes]
            for side in (said[said == wanted], said, wanted)
        )
        return common, saids, wanteds
    joint = np.multiply(wanted, cells, dtype=np.uint16, casting="unsafe")
    joint += said.astype(np.uint16, copy=False)
    matrix = np.bincount(joint, minlength=num_classes * cells).reshape(num_classes, cells)
    return np.diagonal(matrix).copy(), matrix.sum(axis=0)[:num_classes], matrix.sum(axis=1)


def _of_truths(pred: NDArray[Any], ref: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    both, said, wanted = (int(np.count_nonzero(side)) for side in (pred & ref, pred, ref))
    neither = pred.size - said - wanted + both
    return (
        np.array([neither, both]),
        np.array([pred.size - said, said]),
        np.array([pred.size - wanted, wanted]),
    )


def _holds_other(labels: NDArray[Any], num_classes: int) -> bool:
    return bool(labels.size and (labels.max() >= num_classes or labels.min() < 0))


def _check_labels(name: str, labels: NDArray[Any], classes: int) -> None:
    if _holds_other(labels, classes):
        odd = int(labels.min() if labels.min() < 0 else labels.max())
        slip = ""
        if odd == 255 and classes == 2:
            slip = f" A mask of 0 and 255 becomes one of truths with {name} > 127; if 255 marks pixels that do not "
            slip += "count, pass ignore_index=255."
        elif odd in (255, 65535, -1, -100):
            slip = f" If it marks pixels that do not count, pass ignore_index={odd}."
        elif odd == classes:
            slip = " Are the labels counted from 1?"
        raise ImpossibleValue(f"{name} holds the label {odd}, and num_classes={classes} has 0 to {classes - 1}.{slip}")


def overlaps(measure: Measure, common: Any, said: Any, wanted: Any) -> NDArray[np.float64]:
    """The overlap of each class; NaN where neither side has a pixel of it.

    Parameters
    ----------
    measure : {"iou", "dice"}
        Common pixels per those of either, or twice the common ones per sum of both.
    common, said, wanted : array_like, of one shape
        As `class_counts` gives them.

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> overlaps("iou", [1, 0], [2, 0], [2, 0]).tolist(), overlaps("dice", [1, 0], [2, 0], [2, 0]).tolist()
    ([0.3333333333333333, nan], [0.5, nan])
    """
    both, sizes = np.asarray(common, dtype=np.float64), np.add(said, wanted, dtype=np.float64)
    top, bottom = (both, sizes - both) if measure == "iou" else (2 * both, sizes)
    each: NDArray[np.float64] = np.divide(top, bottom, out=np.full(np.shape(bottom), np.nan), where=bottom != 0)
    return each


def check_classes(num_classes: Any, ignore_index: Any, background: Any) -> None:
    """Nothing, for numbers of classes and labels that can be.

    Parameters
    ----------
    num_classes, ignore_index, background : object
        As the metrics of masks take them.

    Raises
    ------
    InvalidInput
        If ``num_classes`` is no positive whole number of 16 bits, or a label is none.

    Examples
    --------
    >>> check_classes(2, None, 0)
    """
    if isinstance(num_classes, bool) or not isinstance(num_classes, int | np.integer) or not 1 <= num_classes <= 65536:
        raise InvalidInput(f"num_classes is a whole number from 1 to 65536, not {num_classes!r}")
    for name, label in (("ignore_index", ignore_index), ("background", background)):
        if label is not None and (isinstance(label, bool) or not isinstance(label, int | np.integer)):
            raise InvalidInput(f"{name} is a label or None, not {label!r}")
    if background is not None and not 0 <= background < num_classes:
        raise InvalidInput(f"background={background} is none of the labels 0 to {num_classes - 1}")
    if background is not None and num_classes == 1:
        raise InvalidInput("with background=0 and num_classes=1 no class is left: a mask has num_classes=2")
