"""What an imputation model does where the plan does not say; the plan in words says it too."""

SWEEPS = 10
