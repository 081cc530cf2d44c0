"""Another benchmark than General-Bench: other modalities, a paradigm without tasks, language anywhere or nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generallevel import Catalogue, ReferenceSet, compute_level, compute_levels, general_bench, normalise
from generallevel.errors import ImpossibleValue, InvalidInput, UnknownReferenceSet, UnknownScope, UnknownTask

SHARED = {"metric": "accuracy", "unit": "percent", "better": "higher"}
SCORES = {"grip": 80.0, "slide": 60.0, "press": 20.0, "sniff": 30.0, "spelling": 70.0, "grammar": 10.0}


def test_levels_by_hand(senses: Catalogue) -> None:
    report = compute_level(SCORES, catalogue=senses)
    press = float(normalise(20.0, "fid"))
    assert list(report.modalities) == ["touch", "smell"]
    touch, smell = report.modalities.values()
    assert touch["level_2"] == pytest.approx(((80 + 60) / 2 + press / 1) / 2)
    assert (touch["s_c"], touch["s_g"]) == (pytest.approx(80 / 2), pytest.approx(press))
    assert touch["level_4"] == pytest.approx(2 * 40 * press / (40 + press))
    assert (smell["level_2"], smell["s_g"], smell["level_4"]) == (pytest.approx(30 / 2), 0.0, 0.0)
    assert (smell["wins"], smell["supported"], smell["total"]) == (1, 1, 1)
    assert report.level_2 == pytest.approx((touch["level_2"] + smell["level_2"]) / 2)
    assert report.s_l == pytest.approx(70 / 2)
    assert report.level_5 == pytest.approx((report.level_4 or 0) * 35 / 100)
    assert (report.level, report.wins, report.total, report.references) == (5, 4, 6, "reference")


def test_other_sets_of_the_catalogue(senses: Catalogue) -> None:
    report = compute_level(SCORES, catalogue=senses)
    assert list(report.levels_by_reference) == ["reference", "strict"]
    strict = compute_level(SCORES, catalogue=senses, references="strict")
    assert (strict.level, strict.wins) == (2, 0)
    assert "no-reference" in {finding.code for finding in strict.findings}
    assert {finding.code for finding in report.findings} == {"level-depends-on-references"}


def test_scopes(senses: Catalogue) -> None:
    touch = compute_level(SCORES, catalogue=senses, scope="B:touch")
    assert touch.level_2 == compute_level(SCORES, catalogue=senses).modalities["touch"]["level_2"]
    assert touch.s_l == pytest.approx(35.0)
    sniff = compute_level(SCORES, catalogue=senses, scope="C:smell.comprehension")
    assert (sniff.level_2, sniff.level_3, sniff.level_4) == (pytest.approx(30.0), pytest.approx(30.0), None)
    with pytest.raises(UnknownScope, match=r"smell\.generation"):
        compute_level(SCORES, catalogue=senses, scope="C:smell.generation")


def test_nothing_at_all(senses: Catalogue) -> None:
    for missing in ("zero", "skip"):
        report = compute_level({}, catalogue=senses, missing=missing)  # type: ignore[arg-type]
        assert (report.level, report.level_2, report.level_5) == (1, 0.0, 0.0)


def test_names_are_its_own(senses: Catalogue) -> None:
    with pytest.raises(UnknownTask, match=r"Senses has no task 'gripp'\. Did you mean 'grip'\?"):
        compute_level({"gripp": 1.0}, catalogue=senses)
    with pytest.raises(UnknownReferenceSet, match=r"Senses has no reference set 'paper-v1'.*It has reference, strict"):
        compute_level({}, catalogue=senses, references="paper-v1")


def test_the_label_of_a_metric_by_its_name(senses: Catalogue) -> None:
    rows = [{"task": "grip", "score": 50.0, "metric": label} for label in ("Accuracy",)]
    assert "metric-mismatch" not in {f.code for f in compute_level(rows, catalogue=senses).findings}
    wrong = compute_level([{"task": "grip", "score": 50.0, "metric": "FID"}], catalogue=senses)
    assert "metric-mismatch" in {f.code for f in wrong.findings}


def test_without_language_level_5_is_0() -> None:
    rows = [
        {"task": "a", "modality": "m", "paradigm": "comprehension", **SHARED, "reference": 5.0},
        {"task": "b", "modality": "m", "paradigm": "generation", **SHARED, "reference": 5.0},
    ]
    report = compute_level({"a": 10.0, "b": 30.0}, catalogue=Catalogue.from_rows(rows))
    assert (report.level_4, report.level_5, report.level) == (pytest.approx(2 * 10 * 30 / 40), 0.0, 4)


def test_nothing_but_language_has_no_levels_above_3() -> None:
    words = Catalogue.from_rows([{"task": name, "modality": "words", **SHARED, "reference": 5.0} for name in "ab"])
    report = compute_level({"a": 10.0, "b": 2.0}, catalogue=words)
    assert (report.level_2, report.level_3, report.level_4) == (pytest.approx(6.0), pytest.approx(5.0), None)
    assert report.modalities == {}


def test_without_references() -> None:
    bare = Catalogue.from_rows([{"task": "a", "modality": "m", "paradigm": "generation", **SHARED}])
    with pytest.raises(UnknownReferenceSet, match="has no reference set"):
        compute_level({"a": 1.0}, catalogue=bare)
    report = compute_level({"a": 50.0}, catalogue=bare, references={"a": 50.0})
    assert (report.wins, list(report.levels_by_reference)) == (1, ["given"])


def test_a_set_of_the_catalogue_called_given_is_not_mixed_up() -> None:
    rows = [{"task": "a", "modality": "m", "paradigm": "generation", **SHARED, "reference:given": 50.0}]
    named = Catalogue.from_rows(rows)
    with pytest.raises(ValueError, match="has a reference set 'given' already"):
        compute_level({"a": 50.0}, catalogue=named, references={"a": 60.0})


@pytest.mark.parametrize("number", [1, 7, 8, 9, 33])
def test_many_modalities_alone_and_together_to_the_bit(number: int) -> None:
    rows = [
        {"task": f"{place} {side} {n}", "modality": f"m{place}", "paradigm": side, **SHARED, "reference": 37.0}
        for place in range(number)
        for side in ("comprehension", "generation")
        for n in range(1 + (place * 7) % 19)
    ]
    mine = Catalogue.from_rows(rows)
    tables = {
        str(seed): {name: (seed * 31 + place * 17.3) % 100.0 for place, name in enumerate(mine.ids)}
        for seed in range(5)
    }
    for name, report in compute_levels(tables, catalogue=mine).items():
        alone = compute_level(tables[name], catalogue=mine, model=name)
        assert alone.to_dict() == report.to_dict()
        assert report.level_4 is not None
        assert report.level_4 <= report.level_3 <= report.level_2


ONE = {"task": "a", "modality": "m", "paradigm": "generation", **SHARED}


def test_the_signature_names_another_benchmark_and_what_its_tasks_mean() -> None:
    def signature(**changes: object) -> str:
        bench = Catalogue.from_rows([{**ONE, "reference": 0.5, **changes}], name="Mine")
        return compute_level({}, catalogue=bench).signature

    assert signature().startswith("GL|bench:Mine:")
    assert signature() == signature(note="other words, same task")
    changed = [{}, {"metric": "f1"}, {"unit": "fraction"}, {"paradigm": "comprehension"}]
    assert len({signature(**change) for change in changed}) == len(changed)
    assert "|ref:reference:" in signature()
    assert signature() != signature(reference=0.6)
    assert "bench:" not in compute_level({}).signature


def test_general_bench_from_another_process_is_general_bench() -> None:
    bench = general_bench()
    again = Catalogue(bench.name, tuple(replace(task) for task in bench.tasks), bench.references)
    assert compute_level({}, catalogue=again).signature == compute_level({}).signature


def test_a_direction_against_the_metrics_own_is_refused() -> None:
    bench = Catalogue.from_rows([{**ONE, "better": "lower", "reference": 5.0}])
    with pytest.raises(InvalidInput, match=r"task a: better is 'lower', but accuracy is declared with 'higher'\."):
        compute_level({"a": 50.0}, catalogue=bench)


def test_a_reference_that_cannot_be_one_is_refused() -> None:
    bench = Catalogue.from_rows([ONE])
    with pytest.raises(ImpossibleValue, match=r"references 'given', task a: accuracy = 250 is outside \[0, 100\]"):
        compute_level({"a": 50.0}, catalogue=bench, references={"a": 250.0})
    mean = sum([100.0] * 3 + [1e-13]) / 3  # above 100 by rounding alone
    assert mean > 100
    assert compute_level({"a": 50.0}, catalogue=bench, references={"a": mean}).wins == 0


def test_scores_of_the_references_own_split_are_no_mismatch() -> None:
    bench = Catalogue.from_rows([ONE])
    closed = ReferenceSet.from_mapping("closed", {"a": 40.0}, bench, split="closed")
    same, other = (
        compute_level({"a": {"score": 50.0, "split": split}}, catalogue=bench, references=closed)
        for split in ("closed", "full")
    )
    assert same.findings == []
    (found,) = other.findings
    assert found.code == "split-mismatch"
    assert "from the split full, and references were taken on the closed sets" in found.message


def test_two_skills_of_one_code_are_two_scopes() -> None:
    rows = [{**ONE, "task": task, "skill": f"#X-1 {task}", "reference": 5.0} for task in ("grip", "slide")]
    bench = Catalogue.from_rows(rows)
    for task in ("grip", "slide"):
        report = compute_level({task: 50.0}, catalogue=bench, scope=f"D:{task}")
        assert (report.scope, report.total, report.wins) == (f"D:#X-1 {task}", 1, 1)
    with pytest.raises(UnknownScope, match="'#X-1' is the code of 2 skill groups: #X-1 grip, #X-1 slide"):
        compute_level({"grip": 50.0}, catalogue=bench, scope="D:#X-1")
