"""The pictures and pages of the gallery: examples/report_gallery.py draws them anew at every build."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import Any


def setup(app: Any) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("builder-inited", lambda app: draw(Path(app.srcdir)))
    app.connect("build-finished", keep_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def draw(docs: Path) -> None:
    """All pictures, in a folder that holds nothing else."""
    folder = docs / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    runpy.run_path(str(docs.parent / "examples" / "report_gallery.py"))["gallery"](folder)


def keep_pages(app: Any, slip: Exception | None) -> None:
    """The HTML pages of reports beside those of the documentation, as they are."""
    if slip is None:
        folder = Path(app.outdir) / "pictures"
        folder.mkdir(exist_ok=True)
        for page in (Path(app.srcdir) / "pictures").glob("*.html"):
            shutil.copy(page, folder / page.name)
