"""Boards: order, aggregators, pools, and the paper's own boards."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from generallevel import Catalogue, LevelReport, ScoreTable, compute_level, compute_levels, general_bench, published
from generallevel.analysis.boards import Leaderboard, leaderboard, place
from generallevel.analysis.boards.aggregators import aggregates, interquartile_mean
from generallevel.analysis.comparisons.compared import compare
from generallevel.errors import DuplicateName, InvalidInput, UnknownName
from generallevel.evaluation import LEVELS

FEW: dict[str, Any] = {"resamples": 150}
NAMES = "abcdef"


def tables(count: int, seed: int = 0, absent: float = 0.1) -> dict[str, ScoreTable]:
    bench, rng = general_bench(), np.random.default_rng(seed)
    references = bench.reference_set().values
    factors = rng.uniform(0.8, 1.0, (count, len(bench))) * np.linspace(0.9, 1.0, count)[:, np.newaxis]
    scores = np.where(rng.random((count, len(bench))) < absent, np.nan, references * factors)
    return {name: ScoreTable(bench.ids, row) for name, row in zip(NAMES, scores, strict=False)}


@pytest.fixture(scope="module")
def board() -> Leaderboard:
    return leaderboard(tables(5), **FEW)


def plain(board: Leaderboard) -> dict[str, Any]:
    return json.loads(json.dumps(board.to_dict()))


# ------------------------------------------------------------------------------------------- order


def test_rows_are_the_reports_in_order(board: Leaderboard) -> None:
    reports = compute_levels(tables(5))
    order = sorted(
        reports,
        key=lambda name: (-reports[name].level, -getattr(reports[name], f"level_{max(2, reports[name].level)}")),
    )
    assert [row.model for row in board.rows] == order
    for row in board.rows:
        report = reports[row.model]
        assert (row.level, row.wins, row.coverage) == (report.level, report.wins, report.coverage)
        assert [getattr(row, name) for name in LEVELS] == [getattr(report, name) for name in LEVELS]
        for low, high in (row.rank_set, row.rank_set_alone):
            assert low <= row.rank <= high
    assert sum(row.first for row in board.rows) == pytest.approx(1.0)
    assert len(board) == 5
    assert board["a"] is board.by_model["a"]


def test_the_integer_level_comes_before_its_score() -> None:
    comprehension = [
        task.id for task in general_bench() if task.group == "image.comprehension" and task.metric == "accuracy"
    ]
    models: dict[str, Any] = {
        "broad": dict.fromkeys(comprehension, 99.9),
        "both": {comprehension[0]: 99.9, "Image Deraining": 60.0},
    }
    by_level, by_score = (leaderboard(models, by=by, **FEW) for by in ("level", "level_3"))
    assert [row.model for row in by_level.rows] == ["both", "broad"]
    assert [row.model for row in by_score.rows] == ["broad", "both"]
    assert by_level["both"].level == 4
    assert by_score.by == "level_3"
    assert leaderboard(models, by=3, **FEW).signature == by_score.signature


@settings(max_examples=6, deadline=None)
@given(st.permutations(list("abcd")), st.sampled_from(["tasks", "items", "both"]))
def test_the_order_of_models_does_not_matter(order: list[str], resample: Any) -> None:
    models, options = tables(4), {"resample": resample, "n": 400, "assume": 0.05, "resamples": 60}
    assert plain(leaderboard({name: models[name] for name in order}, **options)) == plain(
        leaderboard(models, **options)
    )


def test_the_seed_decides(board: Leaderboard) -> None:
    assert plain(leaderboard(tables(5), **FEW)) == plain(board)
    other = leaderboard(tables(5), seed=1, **FEW)
    assert other.signature != board.signature
    assert [row.first for row in other.rows] != [row.first for row in board.rows]


def test_equal_models_share_rank_group_and_lead() -> None:
    one = tables(1)["a"]
    twins = leaderboard({"b": one, "a": one}, **FEW)
    assert [(row.model, row.rank, row.rank_set, row.group, row.first) for row in twins.rows] == [
        ("a", 1, (1, 2), 1, 0.5), ("b", 1, (1, 2), 1, 0.5),
    ]  # fmt: skip
    assert twins.beats == {"a": (), "b": ()}


def test_a_far_better_model_has_a_group_of_its_own() -> None:
    bench = general_bench()
    models = {"SoTA": ScoreTable(bench.ids, bench.reference_set().values), **tables(3)}
    found = leaderboard(models, **FEW)
    assert found["SoTA"].rank_set == (1, 1)
    assert found["SoTA"].first == 1.0
    assert [row.model for row in found.rows if row.group == 1] == ["SoTA"]
    assert found.beats["SoTA"] == tuple(row.model for row in found.rows[1:])


def test_marginal_sets_decide_groups_where_asked(board: Leaderboard) -> None:
    alone = leaderboard(tables(5), simultaneous=False, **FEW)
    assert [row.rank_set for row in alone.rows] == [row.rank_set for row in board.rows]
    assert alone.critical <= board.critical
    assert "sets:marginal" in alone.signature
    assert "for each model by itself" in str(alone)


# --------------------------------------------------------------------------------------- the pool


def test_a_pair_is_the_same_on_any_board(board: Leaderboard) -> None:
    """Levels, differences, tests and draws of two models, whoever else is there."""
    small = leaderboard({name: table for name, table in tables(5).items() if name in "ab"}, **FEW)
    assert small.compare("a", "b").to_dict() == board.compare("a", "b").to_dict()
    reports = compute_levels(tables(5))
    assert compare(reports["a"], reports["b"], **FEW).to_dict() == board.compare("a", "b").to_dict()


TASKS = ("s", "t", "u")


def small_board(**scores: tuple[float, ...]) -> Leaderboard:
    rows = [
        {"task": t, "modality": "image", "paradigm": "generation", "metric": "accuracy", "reference": 5} for t in TASKS
    ]
    models = {name: dict(zip(TASKS, row, strict=True)) for name, row in scores.items()}
    return leaderboard(models, catalogue=Catalogue.from_rows(rows, name="Three"), scope="A", **FEW)


A, B, C, D = (90.0, 90.0, 10.0), (60.0, 60.0, 60.0), (20.0, 20.0, 30.0), (10.0, 10.0, 20.0)


def test_a_third_model_may_swap_two_by_pooled_aggregators_alone() -> None:
    two, four = small_board(A=A, B=B), small_board(A=A, B=B, C=C, D=D)
    for before, after in zip(two.aggregators, four.aggregators, strict=True):
        assert before.ranks["A"] < before.ranks["B"] or before.name in ("median", "iqm", "mean")
        swapped = (before.ranks["A"] < before.ranks["B"]) != (after.ranks["A"] < after.ranks["B"])
        assert swapped == after.pool_dependent
        if not after.pool_dependent:
            assert {name: after.values[name] for name in "AB"} == before.values
    assert [one.name for one in four.aggregators if one.pool_dependent] == ["win_rate", "borda", "mean_rank"]
    # A beats 3, 3 and 0 rivals; B 2, 2 and 3.
    values = {one.name: one.values for one in four.aggregators}
    assert (values["borda"]["A"], values["borda"]["B"]) == (6.0, 7.0)
    assert values["win_rate"]["B"] == pytest.approx(100 * 7 / 9)
    assert values["mean_rank"]["B"] == pytest.approx((2 + 2 + 1) / 3)


def test_a_dropped_model_shows_whom_the_pool_decides() -> None:
    four = small_board(A=A, B=B, C=C, D=D)
    found = four.drop_model("D")
    assert not found.moved["level"]
    assert not found.moved["mean"]
    assert [(one.model, one.before, one.after) for one in found.moved["borda"]] == [("A", 2, 1), ("B", 1, 1)][:1]
    assert not found.stable
    assert "borda: A 2 -> 1" in str(found)
    assert set(found.rank_sets) == set("ABC")
    alone = small_board(A=A, B=B, C=C)
    assert found.rank_sets == {row.model: row.rank_set for row in alone.rows}


def test_a_stable_pool_says_so() -> None:
    found = small_board(A=(90.0, 90.0, 90.0), B=B, D=D).drop_model("D")
    assert found.stable
    assert "keep their order" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["stable"]


def test_the_signature_names_the_pool(board: Leaderboard) -> None:
    assert board.signature.startswith("board:5:")
    changed = leaderboard(tables(4), **FEW)
    assert changed.signature.split("|")[0] != board.signature.split("|")[0]
    renamed = tables(5)
    renamed["z"] = renamed.pop("a")
    assert leaderboard(renamed, **FEW).signature != board.signature


# ------------------------------------------------------------------------------------- aggregators


@pytest.mark.parametrize("missing", ["zero", "skip"])
@pytest.mark.parametrize("scope", ["A", "B:audio"])
def test_aggregators_are_what_the_plainest_loops_give(missing: Any, scope: str) -> None:
    reports = list(compute_levels(tables(4), missing=missing, scope=scope).values())
    found = {one.name: one.values for one in aggregates(reports)}
    rows = {str(report.model): report.tasks for report in reports}
    for model, own in rows.items():
        points = [task["normalised"] for task in own if task["normalised"] is not None]
        points += [0.0] * (len(own) - len(points) if missing == "zero" else 0)
        assert found["mean"][model] == pytest.approx(np.mean(points))
        assert found["median"][model] == pytest.approx(np.median(points))
        assert found["iqm"][model] == pytest.approx(stats.trim_mean(points, 0.25))
        won = met = 0.0
        for other in rows.keys() - {model}:
            for mine, theirs in zip(own, rows[other], strict=True):
                a, b = mine["score"], theirs["score"]
                if missing == "skip" and (a is None or b is None):
                    continue
                met += 1
                sign = 1 if mine["better"] == "higher" else -1
                mark = (-np.inf if a is None else sign * a, -np.inf if b is None else sign * b)
                won += 1.0 if mark[0] > mark[1] else 0.5 if mark[0] == mark[1] else 0.0
        assert found["win_rate"][model] == pytest.approx(100 * won / met)
        assert found["borda"][model] == pytest.approx(won)


@pytest.mark.oracle
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_the_interquartile_mean_is_scipys_trimmed_mean(points: list[float]) -> None:
    assert interquartile_mean(np.array(points)) == pytest.approx(stats.trim_mean(points, 0.25), abs=1e-9)


def test_without_gaps_pooled_aggregators_order_alike() -> None:
    found = {one.name: one.ranks for one in leaderboard(tables(5, absent=0.0), **FEW).aggregators}
    assert found["win_rate"] == found["borda"] == found["mean_rank"]


def test_a_model_without_a_score_stands_last() -> None:
    found = leaderboard({"none": {}, **tables(2)}, missing="skip", **FEW)
    assert found["none"].rank == 3
    means = {one.name: one for one in found.aggregators}
    assert np.isnan(means["mean"].values["none"])
    assert means["mean"].ranks["none"] == means["win_rate"].ranks["none"] == 3
    assert plain(found)["aggregators"][0]["values"]["none"] is None


# ------------------------------------------------------------------------------------ input, output


def test_reports_by_themselves_have_their_own_names(board: Leaderboard) -> None:
    reports = compute_levels(tables(5))
    assert plain(leaderboard(list(reports.values()), **FEW)) == plain(board)
    assert plain(leaderboard(reports, **FEW)) == plain(board)
    with pytest.raises(DuplicateName, match="need names that differ"):
        leaderboard([reports["a"], reports["a"]])


def test_unusable_pools_are_refused() -> None:
    reports = compute_levels(tables(2))
    with pytest.raises(InvalidInput, match="at least one model"):
        leaderboard({})
    with pytest.raises(InvalidInput, match="takes a mapping"):
        leaderboard(reports["a"])  # type: ignore[arg-type]
    with pytest.raises(DuplicateName, match="same name, written as text"):
        leaderboard({1: {}, "1": {}})  # type: ignore[dict-item]
    with pytest.raises(InvalidInput, match="a and b cannot be compared: one is over scope A"):
        leaderboard({"a": reports["a"], "b": compute_level({}, scope="B:image")})
    with pytest.raises(InvalidInput, match="scope: a report was computed with its own options"):
        leaderboard(reports, scope="B:image")
    with pytest.raises(InvalidInput, match="level_4 is out of reach"):
        leaderboard(tables(2), by=4, scope="C:audio.generation")
    with pytest.raises(InvalidInput, match="level = 'wins'"):
        leaderboard(tables(2), by="wins")


def test_an_unknown_model_is_an_error_that_offers_the_nearest(board: Leaderboard) -> None:
    for ask in (board.drop_model, board.__getitem__, lambda name: board.compare(name, "a")):
        with pytest.raises(UnknownName, match="the board has no model 'zz'"):
            ask("zz")
    with pytest.raises(InvalidInput, match="the only model"):
        leaderboard(tables(1), **FEW).drop_model("a")


def test_one_model_is_a_board() -> None:
    found = leaderboard(tables(1), **FEW)
    assert (found.rows[0].rank_set, found.rows[0].first) == ((1, 1), 1.0)
    assert plain(found)["critical"] is None


def test_text_markdown_and_frame_hold_every_model(board: Leaderboard) -> None:
    frame = board.to_frame()
    assert frame["model"].tolist() == [row.model for row in board.rows]
    assert {"rank_set_low", "rank_set_high", "borda", "level_5"} <= set(frame.columns)
    assert board.to_frame("polars")["rank"].to_list() == [row.rank for row in board.rows]
    for text in (str(board), board.to_markdown()):
        assert board.signature in text
        assert "over other tasks of the same cells" in text
    assert "borda*" in str(board)
    assert f"\n| {board.rows[0].model} | 1 |" in board.to_markdown()
    with pytest.raises(InvalidInput, match="backend = 'dask'"):
        board.to_frame("dask")  # type: ignore[arg-type]


def test_a_name_cannot_break_a_table() -> None:
    text = leaderboard({"a|b\n# c": tables(1)["a"]}, **FEW).to_markdown()
    assert r"a\|b # c" in text


# ---------------------------------------------------------------------------------- published ones


@pytest.mark.parametrize(("model", "modality"), list(published()))
def test_a_published_model_stands_where_it_was_published(model: str, modality: str) -> None:
    cells = {name: cell for (name, where), cell in published().items() if where == modality}
    found = place(dict(cells[model].scores), name="again").modalities[modality]
    twin = next(row for row in found.rows if row.model == model)
    assert found.own.rank == twin.rank
    assert found.own.level == twin.level
    assert [found.own.level_2, found.own.level_3, found.own.level_4] == pytest.approx(
        [twin.level_2, twin.level_3, twin.level_4], abs=0.011
    )
    assert twin.tasks is not None
    assert (twin.tasks.better, twin.tasks.worse, twin.tasks.tied) == (0, 0, found.own.supported)


def test_the_specialists_lead_every_board_of_the_paper() -> None:
    bench = general_bench()
    report = compute_level(ScoreTable(bench.ids, bench.reference_set().values, "SoTA"))
    found = place(report)
    assert {name: one.own.rank for name, one in found.modalities.items()} == dict.fromkeys(
        ("image", "video", "audio", "3d"), 1
    )
    assert [len(one.rows) for one in found.modalities.values()] == [3, 3, 3, 3]
    assert "SoTA is number 1 of 3" in str(found)
    assert "other models are not here" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["modalities"]["image"]["rows"][0]["model"] == "SoTA"
    assert found.signature in found.to_markdown()
    assert place(compute_level(report.basis.aligned.table, scope="B:audio")).modalities.keys() == {"audio"}


def test_a_higher_level_stands_above_a_higher_score() -> None:
    found = place({"Human Action Recognition": 99.0, "Image Deraining": 45.0}).modalities["image"]
    assert [(row.model, row.level) for row in found.rows] == [("the new model", 4), ("GPT4o", 3), ("LISA", 3)]


def test_what_is_no_level_of_the_paper_is_refused() -> None:
    scores = {"Human Action Recognition": 90.0}
    mine = Catalogue.from_rows(
        [{"task": "t", "modality": "image", "paradigm": "generation", "metric": "accuracy", "reference": 5}],
        name="Mine",
    )
    refused: list[tuple[LevelReport, str]] = [
        (compute_level(scores, missing="skip"), "leave the denominator"),
        (compute_level(scores, references={"Human Action Recognition": 1.0}), "its references are given:"),
        (compute_level(scores, scope="C:image.comprehension"), "one group of tasks"),
        (compute_level({"t": 1.0}, catalogue=mine), "its tasks are those of Mine"),
    ]
    for report, words in refused:
        with pytest.raises(InvalidInput, match=words):
            place(report)
    with pytest.raises(InvalidInput, match="no score on any modality"):
        place({})
    with pytest.raises(InvalidInput, match=r"board = 'papers'.* Did you mean 'paper'\?"):
        place(scores, "papers")
    with pytest.raises(InvalidInput, match="scope: a report has its own options"):
        place(compute_level(scores), scope="A")


def test_every_pair_of_a_board_is_decided_one_way_or_not_at_all(board: Leaderboard) -> None:
    for a, b in combinations(board.beats, 2):
        assert not (b in board.beats[a] and a in board.beats[b])
