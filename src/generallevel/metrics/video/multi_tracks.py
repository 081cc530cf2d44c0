"""Tracks of many things: which boxes of a clip are one and the same thing.

Objects: a prediction is the tracks of one sequence, a mapping of ``frames`` (n,), ``ids`` (n,) and ``boxes`` (n, 4)
with a row for each box in any order, and so is its reference; ``boxes=`` says how a box is written. Ids need only agree
within a side. Counts add over sequences, and ratios are formed of the sums.

Every box counts: whatever a benchmark ignores (crowds, other classes, boxes without confidence) is taken out before.
Several classes are several sets, whose scores are averaged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.associations import (
    Sequence,
    alpha_matches,
    frame_matches,
    identity_matches,
    no_tracks,
    read_sequence,
)
from generallevel._kernels.overlap import BoxFormat, check_overlap
from generallevel.registry import metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Additive, Ratio

__all__ = [
    "FrameMatches",
    "HotaCounts",
    "Motp",
    "Switches",
    "hota",
    "identity_switches",
    "idf1",
    "mota",
    "motp",
    "no_tracks",
]

Values = NDArray[np.float64]


def _over(part: Any, whole: Any) -> Values:
    bottom = np.asarray(whole, dtype=np.float64)
    quotient: Values = np.divide(part, np.where(bottom == 0, np.nan, bottom))
    return quotient


@dataclass(frozen=True, slots=True)
class HotaCounts(Additive):
    """Matches at each of 19 thresholds of overlap, and how well they are associated and located.

    Attributes
    ----------
    matches : ndarray of int, shape (19,)
        Predicted boxes that match a true one.
    associated : ndarray of float, shape (19,)
        The sum over matches of the share of frames in which the two tracks match, out of those that either has.
    located : ndarray of float, shape (19,)
        The sum over matches of their overlap.
    said, wanted : int
        Predicted and true boxes.
    """

    matches: Any
    associated: Any
    located: Any
    said: float
    wanted: float

    @staticmethod
    def _parts(matches: Any, associated: Any, said: Any, wanted: Any) -> tuple[Values, Values]:
        found = np.atleast_1d(np.asarray(matches, dtype=np.float64))
        either = np.asarray(said)[..., None] + np.asarray(wanted)[..., None] - found
        association = np.divide(associated, np.maximum(found, 1.0))  # nothing is associated where nothing matches
        return _over(found, either), association

    @classmethod
    def read(cls, matches: Any, associated: Any, located: Any, said: Any, wanted: Any) -> Values:
        detection, association = cls._parts(matches, associated, said, wanted)
        value: Values = np.sqrt(detection * association).mean(axis=-1)
        return value

    @property
    def by_alpha(self) -> Values:
        """HOTA at each threshold, shape (19,)."""
        detection, association = self._parts(self.matches, self.associated, self.said, self.wanted)
        value: Values = np.sqrt(detection * association)
        return value

    @property
    def det_a(self) -> float:
        """DetA: matches out of the boxes of either side, averaged over thresholds."""
        return float(self._parts(self.matches, self.associated, self.said, self.wanted)[0].mean())

    @property
    def ass_a(self) -> float:
        """AssA: how well the tracks of a match agree, averaged over matches and thresholds."""
        return float(self._parts(self.matches, self.associated, self.said, self.wanted)[1].mean())

    @property
    def loc_a(self) -> float:
        """LocA: the mean overlap of matches, averaged over thresholds; a threshold without a match counts as 1."""
        found = np.atleast_1d(np.asarray(self.matches, dtype=np.float64))
        return float(np.where(found == 0, 1.0, np.divide(self.located, np.maximum(found, 1.0))).mean())


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Luiten et al. (2021), doi:10.1007/s11263-020-01375-2",
    absent=no_tracks,
    item="context",
    each="sequence",
)
def hota(pred: Any, ref: Any, *, boxes: BoxFormat) -> HotaCounts:
    r"""Higher order tracking accuracy: the geometric mean of detection and association, over 19 thresholds of overlap.

    .. math:: \frac{1}{19} \sum_{\alpha = .05, .1, \ldots, .95} \sqrt{\mathrm{DetA}_\alpha \mathrm{AssA}_\alpha}

    Parameters
    ----------
    pred, ref : mapping of "frames" (n,), "ids" (n,) and "boxes" (n, 4)
        The tracks of one sequence: for each box the whole number of its frame, the id of its track (a whole number or a
        text) and the box. A sequence without a box has empty arrays.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written. Required: there is no safe guess.

    Returns
    -------
    HotaCounts
        A fraction in [0, 1]; higher is better. ``by_alpha``, ``det_a``, ``ass_a`` and ``loc_a`` are read from it too.

    Raises
    ------
    InvalidInput
        If a side is no such mapping, or an id stands twice in a frame.
    LengthMismatch
        If there is not one frame and one id for each box.
    ShapeMismatch, NotFinite, ImpossibleValue
        If boxes are no rows of four finite numbers, or end before they begin.

    Notes
    -----
    To match TrackEval, whose combination over sequences this is, apply its benchmarks' removal of ignored boxes first.
    Frames without a box on one side count as misses or false alarms. Sequences without any box change nothing; a set of
    such has no value, where TrackEval prints 0.

    References
    ----------
    .. [1] Luiten et al. (2021), "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking",
       doi:10.1007/s11263-020-01375-2

    Examples
    --------
    One thing in two frames, found in both, under two ids:

    >>> box = [0, 0, 2, 2]
    >>> ref = {"frames": [1, 2], "ids": [1, 1], "boxes": [box, box]}
    >>> tally = hota({"frames": [1, 2], "ids": [1, 2], "boxes": [box, box]}, ref, boxes="xyxy")
    >>> round(tally.value, 4), tally.det_a, tally.ass_a  # the square root of 1 * 1/2
    (0.7071, 1.0, 0.5)
    """
    sequence = read_sequence(pred, ref, boxes)
    return HotaCounts(*alpha_matches(sequence), sequence.n_said, sequence.n_wanted)


@dataclass(frozen=True, slots=True)
class FrameMatches(Additive):
    """Matches of each frame, and what became of the tracks; read as MOTA.

    Attributes
    ----------
    matches, switches : int
        Predicted boxes that match a true one, and true tracks that go on under another id.
    overlaps : float
        The sum of the overlaps of matches.
    said, wanted : int
        Predicted and true boxes.
    sequences : int
    """

    matches: float
    switches: float
    overlaps: float
    said: float
    wanted: float
    sequences: float

    @classmethod
    def read(cls, matches: Any, switches: Any, overlaps: Any, said: Any, wanted: Any, sequences: Any) -> Values:
        false_alarms = np.asarray(said) - np.asarray(matches)
        return _over(np.asarray(matches) - false_alarms - np.asarray(switches), wanted)


@dataclass(frozen=True, slots=True)
class Motp(FrameMatches):
    """`FrameMatches` read as the mean overlap of matches."""

    @classmethod
    def read(cls, matches: Any, switches: Any, overlaps: Any, said: Any, wanted: Any, sequences: Any) -> Values:
        return _over(overlaps, matches)


@dataclass(frozen=True, slots=True)
class Switches(FrameMatches):
    """`FrameMatches` read as the number of switches of identity."""

    @classmethod
    def read(cls, matches: Any, switches: Any, overlaps: Any, said: Any, wanted: Any, sequences: Any) -> Values:
        return np.where(np.asarray(sequences) == 0, np.nan, np.asarray(switches, dtype=np.float64))


def _counted(kind: type[FrameMatches], pred: Any, ref: Any, boxes: str, iou: float) -> FrameMatches:
    check_overlap(iou)
    sequence: Sequence = read_sequence(pred, ref, boxes)
    return kind(*frame_matches(sequence, iou), sequence.n_said, sequence.n_wanted, 1)


@metric(
    unit="fraction",
    better="higher",
    bounds=(-math.inf, 1.0),
    scale=Linear(),
    source="Bernardin & Stiefelhagen (2008), doi:10.1155/2008/246309",
    absent=no_tracks,
    item="context",
    each="sequence",
)
def mota(pred: Any, ref: Any, *, boxes: BoxFormat, iou: float = 0.5) -> FrameMatches:
    r"""Multiple object tracking accuracy: 1 less misses, false alarms and switches of identity, per true box.

    .. math:: 1 - \frac{\mathrm{FN} + \mathrm{FP} + \mathrm{IDSW}}{\mathrm{GT}}

    Parameters
    ----------
    pred, ref : mapping of "frames" (n,), "ids" (n,) and "boxes" (n, 4)
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        As for `hota`.
    iou : float, default 0.5
        The overlap from which two boxes can match.

    Returns
    -------
    FrameMatches
        A fraction in (-inf, 1]; higher is better, and many false alarms are below 0. Counts add over sequences.

    Raises
    ------
    InvalidInput, LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue
        As for `hota`; also if ``iou`` is no overlap.

    Notes
    -----
    In each frame the matches keep as many pairs of the frame before as they can, and then overlap as much as they can:
    TrackEval's rule. "The frame before" passes over frames without a box on one side. py-motmetrics lets a pair go on
    after any gap, which can differ where several boxes compete. Without a true box there is no value.

    References
    ----------
    .. [1] Bernardin & Stiefelhagen (2008), "Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics",
       doi:10.1155/2008/246309

    Examples
    --------
    >>> box, far = [0, 0, 2, 2], [9, 9, 11, 11]
    >>> ref = {"frames": [1, 2, 3, 4], "ids": [1, 1, 1, 1], "boxes": [box, box, box, box]}
    >>> pred = {"frames": [1, 2, 3], "ids": [1, 2, 2], "boxes": [box, box, far]}
    >>> mota(pred, ref, boxes="xyxy").value  # 2 of 4 missed, 1 false alarm, 1 switch: 1 - 4 / 4
    0.0
    """
    return _counted(FrameMatches, pred, ref, boxes, iou)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Bernardin & Stiefelhagen (2008), doi:10.1155/2008/246309",
    absent=no_tracks,
    item="context",
    each="sequence",
    caution="It says how exact the matched boxes are, and nothing of how many there are.",
)
def motp(pred: Any, ref: Any, *, boxes: BoxFormat, iou: float = 0.5) -> FrameMatches:
    """Multiple object tracking precision: the mean overlap of matched boxes.

    Parameters
    ----------
    pred, ref : mapping of "frames" (n,), "ids" (n,) and "boxes" (n, 4)
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
    iou : float, default 0.5
        As for `mota`.

    Returns
    -------
    Motp
        A fraction in [0, 1]; higher is better. Matches of all sequences count equally.

    Raises
    ------
    InvalidInput, LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue
        As for `mota`.

    Notes
    -----
    An overlap, as in TrackEval. In py-motmetrics it is a distance: 1 less this. Without a match there is no value,
    where TrackEval prints 0.

    References
    ----------
    .. [1] Bernardin & Stiefelhagen (2008), doi:10.1155/2008/246309

    Examples
    --------
    >>> ref = {"frames": [1], "ids": [1], "boxes": [[0, 0, 4, 2]]}
    >>> motp({"frames": [1], "ids": [7], "boxes": [[0, 0, 3, 2]]}, ref, boxes="xyxy").value  # 6 / 8
    0.75
    """
    return _counted(Motp, pred, ref, boxes, iou)


@metric(
    unit="switches",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(10),  # ours: no table has it
    source="Bernardin & Stiefelhagen (2008), doi:10.1155/2008/246309",
    aliases=("idsw",),
    item="context",
    each="sequence",
    caution="A tracker that finds nothing has no switch: read it beside the share of boxes that are found.",
)
def identity_switches(pred: Any, ref: Any, *, boxes: BoxFormat, iou: float = 0.5) -> FrameMatches:
    """Number of times that a true track goes on under another id.

    Parameters
    ----------
    pred, ref : mapping of "frames" (n,), "ids" (n,) and "boxes" (n, 4)
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
    iou : float, default 0.5
        As for `mota`.

    Returns
    -------
    Switches
        A count in [0, inf), summed over sequences; lower is better.

    Raises
    ------
    InvalidInput, LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue
        As for `mota`.

    Notes
    -----
    Counted against the last frame in which the true track was matched, however long ago, as in TrackEval. A missing
    prediction, which could not switch, is left out and reported.

    References
    ----------
    .. [1] Bernardin & Stiefelhagen (2008), doi:10.1155/2008/246309

    Examples
    --------
    >>> box = [0, 0, 2, 2]
    >>> ref = {"frames": [1, 2, 5], "ids": [1, 1, 1], "boxes": [box, box, box]}
    >>> identity_switches({"frames": [1, 5], "ids": ["a", "b"], "boxes": [box, box]}, ref, boxes="xyxy").value
    1.0
    """
    return _counted(Switches, pred, ref, boxes, iou)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Ristani et al. (2016), arXiv 1609.01775",
    absent=no_tracks,
    item="context",
    each="sequence",
)
def idf1(pred: Any, ref: Any, *, boxes: BoxFormat, iou: float = 0.5) -> Ratio:
    r"""F-measure of boxes that carry the right identity, if each true track may be followed by one predicted track.

    .. math:: \frac{2 \mathrm{IDTP}}{\mathrm{GT} + \mathrm{PR}}

    Parameters
    ----------
    pred, ref : mapping of "frames" (n,), "ids" (n,) and "boxes" (n, 4)
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        As for `hota`.
    iou : float, default 0.5
        The overlap from which a box is right.

    Returns
    -------
    Ratio
        A fraction in [0, 1]; higher is better. Counts add over sequences.

    Raises
    ------
    InvalidInput, LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue
        As for `hota`; also if ``iou`` is no overlap.

    Notes
    -----
    The pairs of tracks are those that make the most boxes right over the whole sequence. TrackEval and py-motmetrics
    agree. A set without any box has no value.

    References
    ----------
    .. [1] Ristani et al. (2016), "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking",
       arXiv 1609.01775

    Examples
    --------
    >>> box = [0, 0, 2, 2]
    >>> ref = {"frames": [1, 2, 3], "ids": [1, 1, 1], "boxes": [box, box, box]}
    >>> round(idf1({"frames": [1, 2, 3], "ids": [1, 2, 2], "boxes": [box, box, box]}, ref, boxes="xyxy").value, 4)
    0.6667
    """
    check_overlap(iou)
    sequence = read_sequence(pred, ref, boxes)
    return Ratio(2 * identity_matches(sequence, iou), sequence.n_said + sequence.n_wanted)
