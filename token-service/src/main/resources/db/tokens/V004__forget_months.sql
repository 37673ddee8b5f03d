-- A month's counts are read while it lasts, and deleted when it is long over.
GRANT DELETE ON token_monthly_counts TO ${role};
