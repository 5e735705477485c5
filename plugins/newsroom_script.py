"""Start the newsroom's commands: of the plugin as installed, or of this working tree."""

from importlib import import_module
from importlib.util import find_spec

_INSTALLED = "pelican.plugins.newsroom"
_LINE = import_module(f"{_INSTALLED if find_spec(_INSTALLED) else 'newsroom'}.commands.line")

main = _LINE.main
tasks = _LINE.tasks
