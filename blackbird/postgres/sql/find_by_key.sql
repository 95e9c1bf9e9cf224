-- Takes from the planner what it would prefer while it knows little of a table that is being filled.
SELECT set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false),
    set_config('enable_seqscan', 'off', false), set_config('enable_bitmapscan', 'off', false),
    set_config('enable_material', 'off', false)
