INSERT INTO points_ledger ({{range $i, $c := ledgerColumns}}{{if $i}}, {{end}}{{$c}}{{end}})
SELECT {{range $i, $c := ledgerColumns}}{{if $i}}, {{end}}{{$c}}{{end}}
FROM stage_lines
