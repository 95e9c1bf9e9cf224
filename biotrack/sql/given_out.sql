{{/* Whether a row's id is one that the server has given out: a row from before a wrap-around may have one that is still to
come. The bound is that of the statement's own snapshot, since "now" is the whole transaction's to age(). */ -}}
age({{.}}.xmin) > (SELECT age(CAST(CAST(txid_snapshot_xmax(txid_current_snapshot()) & 4294967295 AS text) AS xid)))
