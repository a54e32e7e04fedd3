"""Rules about the workspace."""

from okrmodel.lint.draft import WORKSPACE_FILE, Draft
from okrmodel.lint.rule import Remark, Remarks, error


@error("clock-needs-sandbox")
def clock_needs_sandbox(draft: Draft) -> Remarks:
    """A clock that stands still belongs to a pretend company: `environment: sandbox`."""
    workspace = draft.workspace
    if workspace and workspace.clock and workspace.environment != "sandbox":
        yield Remark(
            (WORKSPACE_FILE, "clock"),
            "a clock that stands still in production, expected `environment: sandbox` beside it"
            " or no `clock`",
        )
