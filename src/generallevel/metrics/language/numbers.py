"""Numbers: counts, series and other quantities.

Objects: a prediction is a number, a text that is read as one, or an array of numbers, and so is its reference. Errors
are in the unit of the data, in [0, inf); lower is better.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.colours import lab
from generallevel._kernels.numbers import RootMean, number_in
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Saturating
from generallevel.tallies import Mean

__all__ = ["mae", "mean_squared_error", "rmse", "trivial_number"]

WANTED = "a number or an array of numbers"


def trivial_number(ref: Any) -> NDArray[np.float64]:
    """The number that a missing one counts as: 0, or 1 where 0 would be right; in the shape of the reference.

    Parameters
    ----------
    ref : number, text or array_like
        The reference.

    Returns
    -------
    ndarray of float
    """
    wanted = _numbers(ref, "ref", False)
    return np.zeros_like(wanted) if wanted is None or np.any(wanted) else np.ones_like(wanted)


def _numbers(given: Any, name: str, find: bool) -> NDArray[np.float64] | None:
    """One or many numbers as doubles; None for a text that holds none."""
    if isinstance(given, bytes):
        raise InvalidInput(f"{name} is bytes, {given!r:.80}: decode it first, for example with .decode('utf-8')")
    if isinstance(given, str):
        value = number_in(given, find=find)
        return None if value is None else np.array(value)
    found = real_array(given, name, WANTED).astype(np.float64, copy=False)
    if not np.isfinite(found).all():
        odd = found[~np.isfinite(found)][0]
        raise NotFinite(f"{name} holds {odd}, in {int((~np.isfinite(found)).sum())} of {found.size} values")
    return found


def _errors(pred: Any, ref: Any, find: bool, penalty: float | None) -> NDArray[np.float64]:
    """The differences of one item; for an answer that cannot be read, the penalty in place of each number."""
    if penalty is not None and not 0 <= penalty < math.inf:
        raise ImpossibleValue(f"penalty is the error of an answer that is no number, from 0 up, not {penalty!r}")
    wanted = _numbers(ref, "ref", False)
    if wanted is None:
        raise InvalidInput(f"the reference {ref!r:.80} is no number")
    if wanted.size == 0:
        raise InvalidInput(f"the reference has shape {wanted.shape} and holds no number: leave the item out")
    said = _numbers(pred, "pred", find)
    if said is None:
        if penalty is None:
            way = "" if find else " find=True looks for one inside a text;"
            raise InvalidInput(
                f"the answer {pred!r:.80} cannot be read as one number.{way} penalty=... says which error such an "
                "answer counts as"
            )
        return np.full(wanted.shape, float(penalty))
    if said.shape != wanted.shape:
        raise ShapeMismatch(
            f"pred has shape {said.shape} but ref has shape {wanted.shape}. Nothing is broadcast: a series is compared "
            "step by step"
        )
    return said - wanted


def _errors_of_many(preds: Any, refs: Any, find: bool, penalty: float | None) -> list[NDArray[np.float64]]:
    if penalty is None and _plain(preds) and _plain(refs):
        said, wanted = (np.asarray(side, dtype=np.float64) for side in (preds, refs))
        if said.shape == wanted.shape == (len(said),) and np.isfinite(said).all() and np.isfinite(wanted).all():
            return [said - wanted]
    return [_errors(pred, ref, find, penalty) for pred, ref in zip(preds, refs, strict=True)]


def _plain(side: Any) -> bool:
    """Whether a side is single numbers that doubles hold exactly or round as they do one by one."""
    if isinstance(side, np.ndarray):
        return side.ndim == 1 and side.dtype.kind in "biuf"
    return {*map(type, side)} <= {int, float, bool} and all(abs(one) < 1 << 53 for one in side if type(one) is int)


def _mae_of_many(preds: Any, refs: Any, *, pooled: bool, find: bool, penalty: float | None) -> Mean:
    """`mae` of many items, in one expression where each is a number."""
    errors = _errors_of_many(preds, refs, find, penalty)
    if not pooled and len(errors) == len(preds):
        return Mean.sum([Mean(float(np.abs(part).mean()), 1) for part in errors])
    return Mean.sum([Mean(float(np.abs(part).sum()), part.size) for part in errors])


@metric(
    labels={("Image-Comprehension", "MAE"): "data"},
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(50),
    source="arXiv 2505.04620v1, Table 17 row 14 and A.1 (T = 50)",
    batch=_mae_of_many,
    absent=trivial_number,
    aliases=("mean_absolute_error",),
)
def mae(pred: Any, ref: Any, *, pooled: bool = True, find: bool = False, penalty: float | None = None) -> Mean:
    r"""Mean absolute difference between predicted and true numbers.

    .. math:: \frac1n \sum_i |p_i - r_i|

    Parameters
    ----------
    pred : number, str, or array_like of numbers, shape (...)
        The prediction. A text is read as a number: ``"12"``, ``" 1,234.5 "``, ``"-3e2"``.
    ref : number, str, or array_like of numbers, of the same shape
        The true value.
    pooled : bool, default True
        For items of many numbers. True: all numbers of the set count alike. False: each item has its mean, and a set
        the mean of them.
    find : bool, default False
        Whether a text may hold its number among other words: digits, or an English word from zero to twenty. A text
        with two different numbers is not read.
    penalty : float, optional
        The error that each number counts as of an answer that cannot be read, in the unit of the data. By default such
        an answer is an error: it is never left out in silence.

    Returns
    -------
    Mean
        In the unit of the data, in [0, inf); lower is better.

    Raises
    ------
    InvalidInput
        If an answer cannot be read and there is no ``penalty``, a reference is no number, or one is empty.
    ShapeMismatch
        If the shapes differ.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If the penalty is negative or infinite.

    Notes
    -----
    A missing number counts as 0, and as 1 where 0 is true. The released code leaves out what it cannot read, which
    rewards silence.

    To match scikit-learn's ``mean_absolute_error``, set nothing.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 14 and A.1
    .. [2] Willmott & Matsuura (2005), "Advantages of the mean absolute error", doi:10.3354/cr030079

    Examples
    --------
    >>> from generallevel.scoring import score
    >>> score("mae", [10, "12"], [13, 11]).value  # (3 + 1) / 2
    2.0
    >>> mae("I count 12 birds.", 10, find=True).value, mae("Many birds.", 10, find=True, penalty=10).value
    (2.0, 10.0)
    """
    errors = np.abs(_errors(pred, ref, find, penalty))
    return Mean(float(errors.sum()), errors.size) if pooled else Mean(float(errors.mean()), 1)


def _mse_of_many(preds: Any, refs: Any, *, pooled: bool, find: bool, penalty: float | None) -> Mean:
    """`mean_squared_error` of many items, in one expression where each is a number."""
    errors = _errors_of_many(preds, refs, find, penalty)
    if not pooled and len(errors) == len(preds):
        return Mean.sum([Mean(float(np.mean(part**2)), 1) for part in errors])
    return Mean.sum([Mean(float(np.sum(part**2)), part.size) for part in errors])


@metric(
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),
    source="ours: the curve of mse (arXiv 2505.04620v1, A.1, T = 5), in the unit of the data squared",
    batch=_mse_of_many,
    absent=trivial_number,
    caution="Not the mse of the image sheet, which is that of alpha mattes.",
)
def mean_squared_error(
    pred: Any, ref: Any, *, pooled: bool = True, find: bool = False, penalty: float | None = None
) -> Mean:
    r"""Mean squared difference between predicted and true numbers.

    .. math:: \frac1n \sum_i (p_i - r_i)^2

    Parameters
    ----------
    pred, ref : number, str, or array_like of numbers, of one shape
        As `mae` takes them.
    pooled : bool, default True
        Whether all numbers of the set count alike, or each item its mean.
    find : bool, default False
        Whether a text may hold its number among other words.
    penalty : float, optional
        The error, not squared, that each number counts as of an answer that cannot be read.

    Returns
    -------
    Mean
        In the unit of the data, squared, in [0, inf); lower is better.

    Raises
    ------
    InvalidInput
        If an answer cannot be read and there is no ``penalty``, a reference is no number, or one is empty.
    ShapeMismatch
        If the shapes differ.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If the penalty is negative or infinite.

    Notes
    -----
    A missing number counts as 0, and as 1 where 0 is true. The metric called ``mse`` is that of alpha mattes.

    To match scikit-learn's ``mean_squared_error``, set nothing.

    References
    ----------
    .. [1] Willmott & Matsuura (2005), "Advantages of the mean absolute error", doi:10.3354/cr030079

    Examples
    --------
    >>> from generallevel.scoring import score
    >>> score("mean_squared_error", [10, 12], [13, 11]).value  # (9 + 1) / 2
    5.0
    """
    squares = _errors(pred, ref, find, penalty) ** 2
    return Mean(float(squares.sum()), squares.size) if pooled else Mean(float(squares.mean()), 1)


def _colour_errors(pred: Any, ref: Any, data_range: float | None) -> NDArray[np.float64]:
    """The differences of two sRGB images in L*a*b*."""
    if data_range is None or not 0 < data_range < math.inf:
        raise InvalidInput(
            f'colours="lab" needs data_range=..., the value of white in the images (255, or 1), not {data_range!r}'
        )
    sides = []
    for given, name in ((pred, "pred"), (ref, "ref")):
        image = real_array(given, name, "an image in sRGB, shape (H, W, 3)").astype(np.float64) / data_range
        if not np.isfinite(image).all():
            raise NotFinite(f"{name} holds a NaN or an infinity: an intensity is a finite number")
        if image.size and not (image.min() >= 0 and image.max() <= 1 + 1e-6):
            raise ImpossibleValue(
                f"{name} goes from {image.min() * data_range:g} to {image.max() * data_range:g}, and sRGB from 0 to "
                f"data_range = {data_range:g}"
            )
        sides.append(image)
    if sides[0].shape != sides[1].shape:
        raise ShapeMismatch(f"pred has shape {sides[0].shape} but ref has shape {sides[1].shape}. Nothing is resized")
    if sides[0].size == 0:
        raise InvalidInput(f"an image of shape {sides[0].shape} has no pixel")
    return lab(sides[0]) - lab(sides[1])


def _rmse_of_many(
    preds: Any,
    refs: Any,
    *,
    pooled: bool,
    find: bool,
    penalty: float | None,
    colours: Colours,
    data_range: float | None,
    measure: ErrorOf,
) -> RootMean | Mean:
    """`rmse` of many items, in one expression where each is a number and their squares are pooled."""
    if pooled and colours == "as_is" and data_range is None and measure == "squares":
        errors = _errors_of_many(preds, refs, find, penalty)
        return RootMean.sum([RootMean(float(np.sum(part**2)), part.size) for part in errors])
    options = {"find": find, "penalty": penalty, "colours": colours, "data_range": data_range, "measure": measure}
    tallies: list[Any] = [rmse(pred, ref, pooled=pooled, **options) for pred, ref in zip(preds, refs, strict=True)]
    total: RootMean | Mean = type(tallies[0]).sum(tallies)
    return total


Colours = Literal["as_is", "lab"]
ErrorOf = Literal["squares", "absolute"]


@metric(
    labels={("Image-Generation", "RMSE"): "data", ("NLP", "RMSE"): "data"},
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, Table 17 row 17 and A.1 (T = 5)",
    batch=_rmse_of_many,
    variants={
        "mean": Variant({"pooled": False}, note="each item has its own root, and a set the mean of them"),
        "lab": Variant({"colours": "lab"}, note="images in L*a*b*, all values of the set under one root"),
        "shadow_removal": Variant(
            {"colours": "lab", "measure": "absolute", "pooled": False},
            note="what shadow removal publishes as RMSE: the mean absolute error in L*a*b*, its three channels added",
        ),
    },
    absent=trivial_number,
    aliases=("root_mean_square_error",),
    caution="The figure depends on the scale of the data, which the tables do not state: "
    "the colour space of the images, the unit of the series.",
)
def rmse(
    pred: Any,
    ref: Any,
    *,
    pooled: bool = True,
    find: bool = False,
    penalty: float | None = None,
    colours: Colours = "as_is",
    data_range: float | None = None,
    measure: ErrorOf = "squares",
) -> RootMean | Mean:
    r"""Square root of the mean squared difference between predicted and true numbers.

    .. math:: \sqrt{\frac1n \sum_i (p_i - r_i)^2}

    Parameters
    ----------
    pred : number, str, or array_like of numbers, shape (...)
        The prediction: a number or a text that is read as one, a series, an image.
    ref : number, str, or array_like of numbers, of the same shape
        The true value.
    pooled : bool, default True
        True: the squares of the whole set are under one root, as for counts and series. False: each item has its root,
        and a set the mean of them, as for images.
    find : bool, default False
        Whether a text may hold its number among other words; see `mae`.
    penalty : float, optional
        The error that each number counts as of an answer that cannot be read. By default such an answer is an error.
    colours : {"as_is", "lab"}, default "as_is"
        Compare the numbers as they are, or the colours of sRGB images, shape (H, W, 3), in CIE L*a*b* (D65).
    data_range : float, optional
        The value of white in such images: 255, or 1. Required for them.
    measure : {"squares", "absolute"}, default "squares"
        What is averaged. ``absolute``: the sum over the channels of the absolute difference of each pixel, and no root.

    Returns
    -------
    RootMean or Mean
        In the unit of the data, or in that of L*a*b*, in [0, inf); lower is better.

    Raises
    ------
    InvalidInput
        If an answer cannot be read and there is no ``penalty``, a reference is no number, one is empty, or
        ``data_range`` is not given for colours.
    ShapeMismatch
        If the shapes differ, or images to be compared by colour have not three channels.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If the penalty is negative or infinite, or an image leaves 0 to ``data_range``.

    Notes
    -----
    A missing number counts as 0, and as 1 where 0 is true; a missing image is black.

    Publications on shadow removal print a mean absolute error in L*a*b* as "RMSE": ``variant="shadow_removal"``. They
    compute it with MATLAB, whose L*a*b* is relative to D50, after resizing to 256 x 256, which is the caller's to do.

    To match scikit-learn's ``root_mean_squared_error``, set nothing.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 17 and A.1
    .. [2] Wang, Li & Yang (2018), "Stacked conditional GANs for jointly learning shadow detection and shadow removal",
       arXiv 1712.02478

    Examples
    --------
    >>> from generallevel.scoring import score
    >>> score("rmse", [10, 12], [13, 12]).value  # sqrt((9 + 0) / 2)
    2.1213203435596424
    >>> score("rmse", [[1.0, 2.0]], [[1.0, 4.0]], variant="mean").value  # sqrt(4 / 2)
    1.4142135623730951
    >>> white, grey = [[[255, 255, 255]]], [[[119, 119, 119]]]
    >>> round(rmse(grey, white, colours="lab", data_range=255, measure="absolute").value, 1)  # 100 - 50.0 in lightness
    50.0
    """
    one_of("colours", colours, ("as_is", "lab"))
    one_of("measure", measure, ("squares", "absolute"))
    if colours == "lab":
        errors = _colour_errors(pred, ref, data_range)
    elif data_range is not None:
        raise InvalidInput(
            f'data_range={data_range!r} says nothing with colours="as_is": numbers are compared as given'
        )
    else:
        errors = _errors(pred, ref, find, penalty)
    if measure == "absolute":
        total, n = float(np.abs(errors).sum()), errors[..., 0].size if errors.ndim == 3 else errors.size
        return Mean(total, n) if pooled else Mean(total / n, 1)
    total, n = float(np.sum(errors**2)), errors.size
    return RootMean(total, n) if pooled else Mean(math.sqrt(total / n), 1)
