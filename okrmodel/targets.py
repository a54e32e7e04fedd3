"""The figures that a scale stands on: where it begins, its target, the cycle before."""

from okrmodel.definitions.key_results import Manual, Reach, Scale


def measures_previous(scale: Reach | Manual) -> bool:
    """Whether the figure of the cycle before has to be measured."""
    given = scale.previous if isinstance(scale, Reach) else None
    return given == "measured" or (given is None and _speaks_of_previous(scale))


def _speaks_of_previous(scale: Scale) -> bool:
    every = (scale.target, *(change.target for change in scale.targets))
    return any(isinstance(target, str) for target in every)
