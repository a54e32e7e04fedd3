"""An agency's root with a library, and a client that uses it."""

from pathlib import Path

from okrmodel.reading import read_company
from tests.okrmodel.reading.pretend import CONNECTORS, OKRS, WORKSPACE, company

LIBRARY = """\
metrics:
  counted:
    parameters:
      what: { type: text, default: sold }
      connection: { type: connection }
    metric:
      name: Sold
      connection: =connection
      query: { count: =what }
key_results:
  sell:
    parameters:
      target: { type: number }
      by: { type: day, default: ~ }
      direction: { type: choice, choices: [increase, decrease], default: increase }
    key_result:
      title: =Sell {target}
      metric: sold
      target: =target
      due: =by
      direction: =direction
"""
USES_METRIC = """\
metrics:
  sold:
    use: counted
    connection: shop
"""
HEAD = OKRS.partition("      - id: sold")[0]
USES_KEY_RESULT = f"{HEAD}      - {{ id: sold, use: sell, target: 100 }}\n"


def agency(root: Path, *, library: str = LIBRARY, **files: str) -> Path:
    """The folder of a client; files as in `company`, and the library's."""
    (root / "library").mkdir(parents=True, exist_ok=True)
    (root / "library" / "shop.yaml").write_text(library, "utf-8")
    written = {"workspace": WORKSPACE, "metrics": USES_METRIC, "okrs": USES_KEY_RESULT, **files}
    return company(root / "clients" / "acorn", **written)


_FEW = ("objective-count", "key-result-count")


def told(folder: Path) -> list[str]:
    """Every problem, its place from the root; that so small a company has few goals is no news."""
    reading = read_company(folder, CONNECTORS, shown_from=folder.parents[1])
    return [str(problem) for problem in reading.problems if problem.code not in _FEW]


def with_key_result(entry: str) -> str:
    """The cycle's file with one key result."""
    return f"{HEAD}      - {entry}\n"
