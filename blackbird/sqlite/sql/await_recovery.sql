-- No transaction is ever in doubt.
SELECT 1
