-- Sets a session up: not in the start-up packet, of which a pooler refuses most settings. A stopped process must not hold
-- the store's rows for ever. The statistics of a table that a pass is filling need not be exact: the server makes better
-- ones later. A watermark that is synced to disk must not outlive its merge, so commits are durable; a server that waits
-- for its replicas as well goes on doing so.
SELECT set_config('idle_in_transaction_session_timeout', '300000', false),
    set_config('jit', 'off', false),
    set_config('default_statistics_target', '10', false),
    set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false)
