"""The published cells."""

import pytest

from generallevel.benchmark import general_bench, published
from generallevel.benchmark.printed import _supported
from generallevel.errors import UnknownName


def test_eight_cells_each_of_one_paradigm() -> None:
    bench = general_bench()
    assert {key: len(cell.scores) for key, cell in published().items()} == {
        ("GPT4o", "image"): 271,
        ("LISA", "image"): 271,
        ("Qwen2-VL-72B", "video"): 126,
        ("LM4LV", "video"): 46,
        ("Qwen-Audio-Chat", "audio"): 24,
        ("SpeechGPT", "audio"): 20,
        ("3D-VisTA", "3d"): 30,
        ("LLaMA-mesh", "3d"): 22,
    }
    for (model, modality), cell in published().items():
        assert (cell.model, cell.modality) == (model, modality)
        assert len({bench.resolve(task).group for task in cell.scores}) == 1
        assert set(cell.levels) == {"level_2", "level_3", "level_4"}


@pytest.mark.parametrize(
    ("text", "better", "score"),
    [
        ("", "higher", None),
        ("0.0", "higher", None),
        ("0.0", "lower", None),
        ("inf", "lower", None),
        ("inf", "higher", float("inf")),
        ("0.01", "lower", 0.01),
    ],
)
def test_what_a_printed_cell_means(text: str, better: str, score: float | None) -> None:
    assert _supported(text, better) == score


def test_no_unsupported_task_has_a_score() -> None:
    for cell in published().values():
        for task, score in cell.scores.items():
            assert (score is None) == (cell.printed[task] in ("", "0", "0.0", "0.00"))


def test_one_model() -> None:
    assert list(published("lisa")) == [("LISA", "image")]
    with pytest.raises(UnknownName, match=r"no published scores of 'GPT4' are packaged\. Did you mean 'GPT4o'"):
        published("GPT4")
    with pytest.raises(TypeError, match="does not support item assignment"):
        published()["GPT4o", "image"] = published()["LISA", "image"]  # type: ignore[index]
