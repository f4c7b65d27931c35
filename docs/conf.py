"""Sphinx's configuration of the book. `docs.build` gathers its sources and executes the chapters."""

import importlib.util
from pathlib import Path

from docs import hooks

project = "minigrad"
author = "minigrad contributors"
copyright = author
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx_copybutton"]
templates_path: list[str] = []
exclude_patterns = ["**/data/*"]

# Markdown and notebooks. The chapters come here executed.
nb_execution_mode = "off"
# A widget needs a kernel: `docs.notebooks` puts what it first shows in its place.
nb_ipywidgets_js: dict[str, dict] = {}
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3

# Docstrings are plain text, see `hooks`.
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 160  # of text that names types by their modules
add_module_names = False
toc_object_entries = False

# MathJax with its fonts lies beside the pages.
mathjax = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"  # type: ignore
mathjax_path = "mathjax/tex-chtml.js"
MATHJAX_FILES = ["tex-chtml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2"]

html_theme = "furo"
html_title = "minigrad"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {"color-brand-primary": "#005a8c", "color-brand-content": "#00619a"},
    "dark_css_variables": {"color-brand-primary": "#7cc7f5", "color-brand-content": "#7cc7f5"},
}
copybutton_selector = "div.cell_input pre, div.highlight-console pre"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "github-dark"


def setup(app):
    """Connect the hooks."""
    hooks.connect(app, mathjax, MATHJAX_FILES)
