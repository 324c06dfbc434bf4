"""Names that the grader and what runs inside its kernels agree on (imports nothing)."""

__all__ = ["BEGUN", "CHECK_KEY", "LEFT_A_THREAD", "PYTEST_VARIABLE", "RUN_VARIABLE"]

CHECK_KEY = "nbval_grader_check"
RUN_VARIABLE = "NBVAL_GRADER_RUN"
# In a kernel that pytest starts for one of our notebooks.
PYTEST_VARIABLE = "NBVAL_GRADER_PYTEST"
# What a kernel tells over its pulse.
BEGUN, LEFT_A_THREAD = b".", b"t"
