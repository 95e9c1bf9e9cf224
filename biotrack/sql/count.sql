SELECT count(p.{{.Key}}) FROM {{.From .Table}} p
