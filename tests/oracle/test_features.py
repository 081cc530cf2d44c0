"""Frechet and kernel distances beside the formulas that pytorch-fid and its kin write down."""

import numpy as np
import pytest
from scipy import linalg

from generallevel.scoring import score

CASES = 200


def by_matrix_root(pred: np.ndarray, ref: np.ndarray) -> float:
    """The definition, as in pytorch-fid: the square root of the product of the two covariances."""
    one, other = np.atleast_2d(np.cov(pred, rowvar=False)), np.atleast_2d(np.cov(ref, rowvar=False))
    step = pred.mean(axis=0) - ref.mean(axis=0)
    return float(step @ step + np.trace(one) + np.trace(other) - 2 * np.trace(linalg.sqrtm(one @ other)).real)


def by_eigenvalues(pred: np.ndarray, ref: np.ndarray) -> float:
    """The definition, as in torchmetrics: the roots of the eigenvalues of the product."""
    one, other = np.atleast_2d(np.cov(pred, rowvar=False)), np.atleast_2d(np.cov(ref, rowvar=False))
    step = pred.mean(axis=0) - ref.mean(axis=0)
    roots = np.sqrt(np.linalg.eigvals(one @ other).astype(complex)).real.sum()
    return float(step @ step + np.trace(one) + np.trace(other) - 2 * roots)


def world(rng: np.random.Generator, more: bool) -> tuple[np.ndarray, np.ndarray]:
    d = int(rng.integers(1, 13))
    low, high = (3 * d + 5, 8 * d + 20) if more else (2, max(d, 3))
    mix = rng.normal(size=(2, d, d))
    pred = rng.normal(size=(int(rng.integers(low, high)), d)) @ mix[0]
    ref = rng.normal(size=(int(rng.integers(low, high)), d)) @ (mix[0] + 0.3 * mix[1]) + rng.normal(size=d)
    return pred, ref


@pytest.mark.parametrize("peer", [by_matrix_root, by_eigenvalues])
def test_more_rows_than_dimensions(peer: object) -> None:
    rng = np.random.default_rng(0)
    for _ in range(CASES):
        pred, ref = world(rng, more=True)
        scale = pred.var() + ref.var()
        assert score("fid", [pred], [ref]).value == pytest.approx(peer(pred, ref), rel=1e-9, abs=1e-9 * scale)


def test_fewer_rows_than_dimensions() -> None:
    # Roots of a singular product are good to the root of the rounding: that is the peer's tolerance, not ours.
    rng = np.random.default_rng(1)
    for _ in range(CASES):
        pred, ref = world(rng, more=False)
        scale = pred.var() + ref.var() + 1
        assert score("fid", [pred], [ref]).value == pytest.approx(by_eigenvalues(pred, ref), rel=1e-6, abs=1e-5 * scale)


def test_a_closed_form_for_fewer_rows_than_dimensions() -> None:
    # Two points on each side: covariances of rank one, a a' / 2 and b b' / 2, whose product has the root |a.b| / 2.
    rng = np.random.default_rng(2)
    for _ in range(CASES):
        d = int(rng.integers(2, 2000))
        mean, mean_ref, a, b = rng.normal(size=(4, d))
        step = mean - mean_ref
        wanted = step @ step + a @ a / 2 + b @ b / 2 - abs(a @ b)
        pred, ref = np.stack([mean + a / 2, mean - a / 2]), np.stack([mean_ref + b / 2, mean_ref - b / 2])
        assert score("fid", [pred], [ref]).value == pytest.approx(wanted, rel=1e-9)


def test_one_side_of_few_and_one_of_many() -> None:
    rng = np.random.default_rng(3)
    for _ in range(CASES):
        pred, ref = world(rng, more=True)
        few = pred[: int(rng.integers(2, pred.shape[1] + 2))]
        scale = pred.var() + ref.var() + 1
        assert score("fid", [few], [ref]).value == pytest.approx(by_eigenvalues(few, ref), rel=1e-6, abs=1e-5 * scale)


def test_streamed_moments_hold_far_from_zero() -> None:
    rng = np.random.default_rng(4)
    pred, ref = rng.normal(size=(3000, 5)) + 1e6, rng.normal(size=(2500, 5)) * 1.5 + 1e6
    whole = by_matrix_root(pred - 1e6, ref - 1e6)
    assert score("fid", pred, ref).value == pytest.approx(whole, rel=1e-8)


def test_kernel_distance_by_its_definition() -> None:
    rng = np.random.default_rng(5)
    for _ in range(CASES):
        n, m, d = (int(k) for k in rng.integers(2, 30, size=3))
        pred, ref = rng.normal(size=(n, d)), rng.normal(size=(m, d)) + 0.5

        def kernel(x: np.ndarray, y: np.ndarray, d: int = d) -> float:
            return (x @ y / d + 1) ** 3

        within = sum(kernel(pred[i], pred[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
        other = sum(kernel(ref[i], ref[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
        across = sum(kernel(x, y) for x in pred for y in ref) / (n * m)
        assert score("kid", [pred], [ref]).value == pytest.approx(within + other - 2 * across, rel=1e-9, abs=1e-9)
