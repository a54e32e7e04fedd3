"""From files on disk to linted definitions, with the place of every problem."""

from okrmodel.reading.company import Places, Reading, read_company
from okrmodel.reading.files import find_root, workspace_id, workspaces

__all__ = ["Places", "Reading", "find_root", "read_company", "workspace_id", "workspaces"]
