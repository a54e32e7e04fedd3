"""From files on disk to linted definitions, with the place of every problem."""

from okrmodel.reading.company import Places, Reading, read_company
from okrmodel.reading.files import find_root, workspace_id, workspaces
from okrmodel.reading.library import read_library
from okrmodel.reading.resolved_text import resolved_text

__all__ = [
    "Places",
    "Reading",
    "find_root",
    "read_company",
    "read_library",
    "resolved_text",
    "workspace_id",
    "workspaces",
]
