package biotrack

import (
	"context"
	_ "embed"
	"strings"

	"github.com/lib/pq"
)

// Schema is what there is to know of a database before any row of it is read: what server it is, which of our tables it has and in what
// layout, and what our role may do.
type Schema struct {
	ServerVersion string `json:"server_version"`
	Encoding      string `json:"encoding"`
	Database      string `json:"database"`
	// Standby says that the server replays another's changes.
	Standby bool `json:"standby"`
	// SystemIdentifier is empty where the server does not tell it, as none before 9.6 does.
	SystemIdentifier string `json:"system_identifier"`
	Layout           Layout `json:"layout"`
	// Tables are those that we read, there or not.
	Tables []TableFacts `json:"tables"`
	Role   RoleFacts    `json:"role"`
}

// Layout tells the forms of the tables apart that are known.
type Layout struct {
	// PaddedIDs says that ids are filled up with blanks, as char(n) is.
	PaddedIDs bool `json:"padded_ids"`
	// AuditColumns says that rows tell when and by whom they were changed.
	AuditColumns bool `json:"audit_columns"`
}

// The sizes of a database, by the rows of its largest tables.
const (
	SizeUnknown = "unknown"
	SizeSmall   = "small"
	SizeMedium  = "medium"
	SizeLarge   = "large"
)

// Size is the class of the database's size, after the planner's estimate of its customers and tickets.
func (s *Schema) Size() string {
	var rows int64
	for _, t := range s.Tables {
		switch {
		case t.Name != tableCustomers && t.Name != tableTickets:
			continue
		case t.Rows == nil:
			return SizeUnknown
		}
		rows += *t.Rows
	}
	switch {
	case rows < 100_000:
		return SizeSmall
	case rows < 2_000_000:
		return SizeMedium
	}
	return SizeLarge
}

//go:embed sql/schema_server.sql
var schemaServerSQL string

// serverFacts is what the server says of itself and of our session's role. Names are quoted as identifiers, but for the first.
type serverFacts struct {
	RoleName   string `db:"role_name"`
	Version    string `db:"version"`
	Standby    bool   `db:"standby"`
	SearchPath string `db:"search_path"`
	Database   string `db:"database"`
	Role       string `db:"role"`
	Superuser  bool   `db:"superuser"`
	// Attributes are those that would take the role's further attributes away.
	Attributes string `db:"attributes"`
}

// Schema looks at the catalog alone, and so at a database that lacks what a pass needs too.
func (s *Source) Schema(ctx context.Context) (*Schema, error) {
	facts, err := s.serverFacts(ctx)
	if err != nil {
		return nil, &Error{Op: "read schema", Err: err}
	}
	identity, err := s.Identity(ctx)
	if err != nil {
		return nil, err
	}
	tables, err := s.tableFacts(ctx)
	if err != nil {
		return nil, &Error{Op: "read schema", Err: err}
	}
	schema := &Schema{
		ServerVersion: facts.Version, Encoding: s.server.Encoding, Database: s.server.Database, Standby: facts.Standby,
		SystemIdentifier: identity.SystemIdentifier, Layout: s.layout(),
	}
	for _, t := range tables {
		schema.Tables = append(schema.Tables, t.facts(s.server))
	}
	if schema.Role, err = s.roleFacts(ctx, facts, identity, tables); err != nil {
		return nil, &Error{Op: "read privileges", Err: err}
	}
	return schema, nil
}

func (s *Source) serverFacts(ctx context.Context) (facts serverFacts, err error) {
	err = s.db.GetContext(ctx, &facts, schemaServerSQL)
	for _, name := range []*string{&facts.RoleName, &facts.SearchPath, &facts.Database, &facts.Role} {
		*name = s.string([]byte(*name))
	}
	return facts, err
}

func (s *Source) layout() Layout {
	return Layout{
		PaddedIDs:    s.columns.textType(tableCustomers, "customerid") == "bpchar",
		AuditColumns: s.columns.has(tableCustomers, "modified_on"),
	}
}

//go:embed sql/schema_tables.sql
var schemaTablesSQL string

//go:embed sql/schema_columns.sql
var schemaColumnsSQL string

// relation is something in the catalog that has the name of one of our tables. Its schema is quoted as an identifier.
type relation struct {
	OID          int64  `db:"oid"`
	Name         string `db:"name"`
	Schema       string `db:"schema"`
	IsTable      bool   `db:"is_table"`
	Rows         int64  `db:"rows"`
	Visible      bool   `db:"visible"`
	SchemaUsable bool   `db:"schema_usable"`
	InPath       bool   `db:"in_path"`
	Readable     bool   `db:"readable"`
	RowSecurity  bool   `db:"row_security"`

	columns map[string]columnType
}

// tableFacts finds each of our tables: the one that our session sees, else the one in the schema that has most of them.
func (s *Source) tableFacts(ctx context.Context) ([]table, error) {
	query, err := s.shape().render(schemaTablesSQL)
	if err != nil {
		return nil, err
	}
	var relations []relation
	if err := s.db.SelectContext(ctx, &relations, query, pq.Array(tables())); err != nil {
		return nil, err
	}
	for i := range relations {
		relations[i].Schema = s.string([]byte(relations[i].Schema))
	}
	if err := s.readColumns(ctx, relations); err != nil {
		return nil, err
	}
	var found []table
	for _, name := range tables() {
		_, overridden := s.overrides[name]
		found = append(found, table{name: name, relation: choose(name, relations), overridden: overridden})
	}
	return found, nil
}

// choose returns the relation that a table's name means, nil where there is none.
func choose(name string, relations []relation) (chosen *relation) {
	inSchema := make(map[string]int)
	for _, r := range relations {
		inSchema[r.Schema]++
	}
	for i := range relations {
		r := &relations[i]
		switch {
		case r.Name != name:
		case r.Visible:
			return r
		case chosen == nil || inSchema[r.Schema] > inSchema[chosen.Schema]:
			chosen = r
		}
	}
	return chosen
}

func (s *Source) readColumns(ctx context.Context, relations []relation) error {
	var oids []int64
	byOID := make(map[int64]*relation)
	for i := range relations {
		r := &relations[i]
		r.columns = make(map[string]columnType)
		oids, byOID[r.OID] = append(oids, r.OID), r
	}
	var rows []struct {
		Table    int64  `db:"table_oid"`
		Name     string `db:"name"`
		Type     string `db:"type_name"`
		Category string `db:"category"`
	}
	if err := s.db.SelectContext(ctx, &rows, schemaColumnsSQL, pq.Array(oids)); err != nil {
		return err
	}
	for _, c := range rows {
		byOID[c.Table].columns[c.Name] = columnType{name: c.Type, category: strings.TrimSpace(c.Category)}
	}
	return nil
}
