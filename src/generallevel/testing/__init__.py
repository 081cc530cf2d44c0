"""The laws that every metric keeps, and a check of any metric against them.

`check_metric` is one call in a user's own test; the same code runs over every metric of this library. It needs no test
framework, and no hypothesis.

>>> from generallevel.testing import Labels, check_metric
>>> check_metric("accuracy", Labels())

Samples for common formats are `Labels`, `Texts`, `Numbers`, `Arrays` and `Ratings`; `Samples` is the base of one's own,
and `Drawn` takes a hypothesis strategy. ``LAWS`` maps the name of each law to its statement and to what usually breaks
it.
"""

from __future__ import annotations

from generallevel.testing.checking import Broken, LawBroken, SampleSource, check_metric, laws_of
from generallevel.testing.laws import LAWS, Law
from generallevel.testing.samples import Arrays, Drawn, Labels, Numbers, Ratings, Samples, Texts

__all__ = [
    "LAWS",
    "Arrays",
    "Broken",
    "Drawn",
    "Labels",
    "Law",
    "LawBroken",
    "Numbers",
    "Ratings",
    "SampleSource",
    "Samples",
    "Texts",
    "check_metric",
    "laws_of",
]
