{{template "upsert_rows" .}}
