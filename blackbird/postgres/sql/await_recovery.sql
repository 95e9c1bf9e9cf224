-- How long a lock may take in this transaction: Citus settles what is in doubt once a minute.
SELECT set_config('lock_timeout', '75s', true)
