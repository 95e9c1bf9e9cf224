SELECT txid_snapshot_xmin(txid_current_snapshot()) AS next, txid_snapshot_xmax(txid_current_snapshot()) AS current
