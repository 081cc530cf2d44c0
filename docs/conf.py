"""Sphinx settings. The metric reference and the API pages are written from the registry at every build: _ext/."""

import sys
from pathlib import Path

from generallevel._version import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "generallevel"
author = "The generallevel developers"
copyright = author
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "generated_pictures",
    "generated_reference",
]
exclude_patterns = ["_build"]
nitpicky = False  # docstrings name types in words ("array_like, shape (H, W)"), which are no targets

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3

napoleon_google_docstring = False
# Types are words for readers; none of their words is to become a link, and a field is described once, in its class.
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]
autodoc_typehints = "none"  # types and shapes stand in the docstrings, where they can say more
autodoc_member_order = "bysource"
default_role = "literal"  # `name` in a docstring is code

html_theme = "pydata_sphinx_theme"
html_title = "generallevel"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}
html_copy_source = False
html_show_sourcelink = False
