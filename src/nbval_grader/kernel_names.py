"""Names that the grader and what runs inside its kernels agree on (imports nothing)."""

__all__ = ["CHECK_KEY", "RUN_VARIABLE"]

CHECK_KEY = "nbval_grader_check"
RUN_VARIABLE = "NBVAL_GRADER_RUN"
