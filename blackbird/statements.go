package blackbird

import (
	"embed"
	"errors"
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

// statements are the SQL texts of an engine, by name. A statement is a file without its suffix, such as "pass_begin"; a
// file of the engine replaces the shared one of the same name. One that is derived from the description of a table
// names that too: "drop_unchanged orders". Files are templates: they may use what templateFuncs returns, the fragments
// of fragments.sql and of the engine's dialect.sql, and, as their data, the *Table.
type statements struct {
	engine    fs.FS
	fragments *template.Template
	bindType  int
	mu        stdsync.Mutex
	parsed    map[string]*statement
}

// statement is a text with the driver's placeholders, and the name of the parameter for each.
type statement struct {
	text   string
	params []string
}

func newStatements(engine fs.FS, driver string) (*statements, error) {
	fragments, err := template.New("").Funcs(templateFuncs()).ParseFS(sharedSQL, "sql/fragments.sql")
	if err == nil {
		fragments, err = fragments.ParseFS(engine, "sql/dialect.sql")
	}
	return &statements{
		engine: engine, fragments: fragments, bindType: sqlx.BindType(driver), parsed: make(map[string]*statement),
	}, err
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
	text, err := fs.ReadFile(s.engine, "sql/"+file+".sql")
	if errors.Is(err, fs.ErrNotExist) {
		text, err = sharedSQL.ReadFile("sql/" + file + ".sql")
	}
	if err != nil {
		return "", err
	}
	t, err := s.fragments.Clone()
	if err != nil {
		return "", err
	}
	if t, err = t.New(file).Parse(string(text)); err != nil {
		return "", err
	}
	var b strings.Builder
	if err := t.Execute(&b, of); err != nil {
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
		"givingBack":        literals(model.GivingBackStatuses()...),
		"removed":           literals(model.OrderRemoved),
		"voided":            literals(model.OrderVoided),
		"notices":           literals(ReasonRefundOfUnknown, ReasonSuperseded),
		"kindsWithoutOrder": literals(model.KindsWithoutOrder()...),
		"order":             literals(model.SourceOrder),
		"enrollment":        literals(model.SourceEnrollment),
		"adjustment":        literals(model.SourceAdjustment),
		"expiry":            literals(model.SourceExpiry),
		"wholeStreamModes":  literals(wholeStreamModes...),
		"tables":            func() []*Table { return tables },
		"ledgerColumns":     func() []string { return ledgerColumns },
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
