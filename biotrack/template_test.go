package biotrack

import (
	"strings"
	"testing"
	"text/template"
)

// TestRenderIsTemplate: each query comes out as text/template would write it, whatever the layout.
func TestRenderIsTemplate(t *testing.T) {
	texts := []string{oddCustomersSQL, levelsSQL, roomsSQL, productsSQL, lotsSQL}
	for _, q := range []tableSQL{customersSQL, ticketsSQL} {
		texts = append(texts, q.rows, q.pageRows, q.byKeyRows, q.changed, q.find, q.keys, q.shadowed)
	}
	texts = append(texts, "a {{- /* b */ -}} c", "{{if .OddCustomers}}a{{if .OddCustomers}}b{{else}}c{{end}}{{else}}d {{- if .OddCustomers}}e{{end}} f{{end}} {{.Rows}}")
	wide := catalog{}
	for table, columns := range needs {
		wide[table] = map[string]string{"location": "int8", "cell": "text", "seized": "int2", "quarantine": "int2", "deleted": "int2"}
		for _, column := range columns {
			wide[table][column] = "bpchar"
		}
	}
	for _, known := range []shape{{}, {catalog: wide, Rows: "SELECT 1"}, {OddCustomers: true}, {catalog: wide, OddCustomers: true, Rows: "x"}} {
		for _, text := range texts {
			var want strings.Builder
			if err := template.Must(template.New("query").Parse(text)).Execute(&want, known); err != nil {
				t.Fatal(err)
			}
			if got := must[string](t)(known.render(text)); got != want.String() {
				t.Errorf("%s\ncomes out as\n%s\nwant\n%s", text, got, want.String())
			}
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	for _, text := range []string{
		`{{.Nothing}}`, `{{.Col "customers" "c"}}`, `{{if .OddCustomers}}a`, `{{end}}`, `{{else}}`, `{{if .Rows}}a{{end}}`, `{{if .OddCustomers}}{{.Nothing}}{{end}}`, `{{}}`,
	} {
		if got, err := (shape{}).render(text); err == nil {
			t.Errorf("%s comes out as %q", text, got)
		}
	}
}
