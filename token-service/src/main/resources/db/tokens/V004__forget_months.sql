GRANT DELETE ON token_monthly_counts TO ${role};

-- To find those that are over among all that are not.
CREATE INDEX token_monthly_counts_month ON token_monthly_counts (month);
