"""Rules: what definitions that read well can still get wrong, one function per rule."""

from okrmodel.lint import check_ins, dates, metrics, references, scales, workspace
from okrmodel.lint.rule import Rule

RULES: tuple[Rule, ...] = (
    workspace.clock_needs_sandbox,
    references.unknown_metric,
    references.unknown_owner,
    references.bad_formula,
    references.circular_metric,
    references.duplicate_id,
    references.no_owner,
    references.unused_metric,
    metrics.aggregation_missing,
    metrics.aggregation_contradicts,
    metrics.window_unfit,
    metrics.same_question,
    metrics.evaluate_needs_periods,
    scales.target_missing,
    scales.from_missing,
    scales.from_not_zero,
    scales.manual_measured,
    scales.from_equals_target,
    scales.direction_mismatch,
    scales.direction_missing,
    scales.tier_order,
    scales.bound_missing,
    scales.guardrail_bound,
    scales.shape_unfit,
    dates.cycle_overlap,
    dates.outside_cycle,
    dates.due_before_start,
    dates.targets_order,
    dates.plan_order,
    dates.window_too_long,
    check_ins.unknown_key_result,
    check_ins.check_in_mismatch,
    check_ins.bad_override,
    check_ins.check_in_outside_cycle,
)
"""Every rule, in the order of the manual."""

__all__ = ["RULES", "Rule"]
