package blackbird

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	stdsync "sync"
	"text/template"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

//go:embed sql/*.sql
var sharedSQL embed.FS

// statements are the SQL texts of an engine, by name. A statement is a file without its suffix, such as "pass_begin".
// One that is derived from the description of a table names that too: "drop_unchanged orders". Files are templates; they may
// use what templateFuncs returns, the fragments of fragments.sql and the engine's dialect.sql, and, as their data, the
// *Table.
type statements struct {
	templates *template.Template
	bindType  int
	mu        stdsync.Mutex
	parsed    map[string]*statement
}

// statement is a text with the driver's placeholders, and the name of the parameter for each.
type statement struct {
	text   string
	params []string
}

// newStatements parses the shared files and then the engine's, which replace those of the same name.
func newStatements(engine fs.FS, driver string) (*statements, error) {
	shared, err := fs.Sub(sharedSQL, "sql")
	if err != nil {
		return nil, err
	}
	t := template.New("").Funcs(templateFuncs()).Option("missingkey=error")
	for _, files := range []fs.FS{shared, engine} {
		if t, err = t.ParseFS(files, "*.sql"); err != nil {
			return nil, err
		}
	}
	return &statements{templates: t, bindType: sqlx.BindType(driver), parsed: make(map[string]*statement)}, nil
}

// get returns a statement, built at its first use.
func (s *statements) get(name string) (*statement, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.parsed[name]; known != nil {
		return known, nil
	}
	text, err := s.render(name)
	if err != nil {
		return nil, err
	}
	built := &statement{}
	text = parameter.ReplaceAllStringFunc(text, func(param string) string {
		built.params = append(built.params, param[1:])
		return "?"
	})
	built.text = sqlx.Rebind(s.bindType, text)
	s.parsed[name] = built
	return built, nil
}

var (
	parameter = regexp.MustCompile(`:[a-z_]\w*`)
	comment   = regexp.MustCompile(`(?m)^\s*--.*\n`)
)

// render returns a statement's text with named parameters.
func (s *statements) render(name string) (string, error) {
	file, table, derived := strings.Cut(name, " ")
	var of *Table
	if derived {
		if of = tableNamed(table); of == nil {
			return "", fmt.Errorf("statement %q: no such table", name)
		}
	}
	var b strings.Builder
	if err := s.templates.ExecuteTemplate(&b, file+".sql", of); err != nil {
		return "", err
	}
	return strings.TrimSpace(comment.ReplaceAllString(b.String(), "")), nil
}

// templateFuncs are the lists and single values of the business's rules, as SQL literals, and what fragments take as
// their data.
func templateFuncs() template.FuncMap {
	return template.FuncMap{
		"sold":              literals(model.SoldStatuses()...),
		"refunded":          literals(model.RefundedStatuses()...),
		"completed":         literals(model.OrderCompleted),
		"refund":            literals(model.OrderRefund),
		"removed":           literals(model.OrderRemoved),
		"kindsWithoutOrder": literals(model.KindsWithoutOrder()...),
		"enrollment":        literals(model.LineEnrollment),
		"wholeStreamModes":  literals(wholeStreamModes...),
		"records":           newRecords,
	}
}

// literals returns a function that returns texts as a list of SQL literals. None of them holds a quote.
func literals[T ~string](texts ...T) func() string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = "'" + string(text) + "'"
	}
	list := strings.Join(quoted, ", ")
	return func() string { return list }
}

// records are rows that a statement receives as one parameter, which is a JSON array of objects.
type records struct {
	Param   string
	Columns []recordColumn
}

type recordColumn struct{ Name, Type string }

// newRecords takes the columns as pairs of a name and PostgreSQL's type.
func newRecords(param string, columns ...string) records {
	r := records{Param: param}
	for i := 0; i < len(columns); i += 2 {
		r.Columns = append(r.Columns, recordColumn{Name: columns[i], Type: columns[i+1]})
	}
	return r
}
