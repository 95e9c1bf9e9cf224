{{/* Opens a read by one message. Every setting ends with the transaction: nothing of ours stays on a connection that a
pooler shares. idle_in_transaction_session_timeout and max_parallel_workers_per_gather came with 9.6, row_security with
9.5, jit with 11, enable_memoize with 14, transaction_timeout with 17. A server heeds no statement_timeout that is as long
as its transaction_timeout. Parallel workers and JIT would take cores from the till for no gain; to remember the customers
of a page's tickets costs more than to look them up again. A policy that hides rows becomes an error. A database in
SQL_ASCII cannot convert its text, so there, and only there, its bytes are asked for as they are. A search_path that
another client of the pooler left behind would make a table's name that of another one. */ -}}
BEGIN ISOLATION LEVEL {{.Isolation}} READ ONLY;
SET LOCAL search_path TO DEFAULT;
SELECT CAST(current_setting('transaction_read_only') AS boolean),
    set_config('statement_timeout', '{{.Timeouts.Statement.Milliseconds}}', true),
    set_config('lock_timeout', '{{.Timeouts.Lock.Milliseconds}}', true),
{{- if ge .Version 90500}}
    set_config('row_security', 'off', true),
{{- end}}
{{- if ge .Version 90600}}
    set_config('idle_in_transaction_session_timeout', '{{.Timeouts.Idle.Milliseconds}}', true),
    set_config('max_parallel_workers_per_gather', '0', true),
{{- end}}
{{- if ge .Version 110000}}
    set_config('jit', 'off', true),
{{- end}}
{{- if ge .Version 140000}}
    set_config('enable_memoize', 'off', true),
{{- end}}
{{- if ge .Version 170000}}
    set_config('transaction_timeout', '{{.Timeouts.Transaction.Milliseconds}}', true),
{{- end}}
    set_config('TimeZone', 'UTC', true),
    set_config('bytea_output', 'hex', true),
    set_config('extra_float_digits', '3', true),
    set_config('standard_conforming_strings', 'on', true),
    set_config('client_encoding',
        CASE current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END, true)
