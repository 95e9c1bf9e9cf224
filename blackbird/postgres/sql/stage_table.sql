CREATE TEMPORARY TABLE IF NOT EXISTS {{.Stage}} (LIKE {{.Name}}){{template "on_commit"}}
