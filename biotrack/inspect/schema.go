package inspect

import (
	"context"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// SchemaFound is what there is to know of a database before any row of it is read: what server it is, which of our
// tables it has and in what layout, and what our role may do.
type SchemaFound struct {
	ServerVersion string `json:"server_version"`
	Encoding      string `json:"encoding"`
	Database      string `json:"database"`
	// Standby says that the server replays another's changes.
	Standby bool `json:"standby"`
	// SystemIdentifier is empty where the server does not say, as none before 9.6 does.
	SystemIdentifier string `json:"system_identifier"`
	Layout           Layout `json:"layout"`
	// Tables are those that we read, there or not.
	Tables []TableFacts `json:"tables"`
	Role   RoleFacts    `json:"role"`
}

// Layout distinguishes the known forms of the tables.
type Layout struct {
	// PaddedIDs says that ids are filled up with blanks, as char(n) is.
	PaddedIDs bool `json:"padded_ids"`
	// AuditColumns says that rows have columns for when and by whom they were changed.
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
func (s *SchemaFound) Size() string {
	var rows int64
	for _, t := range s.Tables {
		switch {
		case t.Name != "customers" && t.Name != "tickets":
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

// Schema reads the catalog alone, and so a database that lacks what a pass needs too.
func Schema(ctx context.Context, source *biotrack.Source) (*SchemaFound, error) {
	role, err := readRole(ctx, source)
	if err != nil {
		return nil, &biotrack.Error{Op: "read schema", Err: err}
	}
	identity, err := source.Identity(ctx)
	if err != nil {
		return nil, err
	}
	tables, err := readTables(ctx, source)
	if err != nil {
		return nil, &biotrack.Error{Op: "read schema", Err: err}
	}
	excess, err := readExcess(ctx, source, role, tables)
	if err != nil {
		return nil, &biotrack.Error{Op: "read privileges", Err: err}
	}
	lacks := role.lacks(tables)
	if identity.SystemIdentifier == "" && source.Server().Version >= biotrack.ControlFunctions {
		lacks = append(lacks, Grant{
			Statement: "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO " + role.Role,
			Optional:  "so that a swapped or restored server is known",
		})
	}
	found := &SchemaFound{
		ServerVersion: role.Version, Encoding: source.Server().Encoding, Database: source.Server().Database,
		Standby: role.Standby, SystemIdentifier: identity.SystemIdentifier,
		Layout: Layout{
			PaddedIDs:    source.Layout().PaddedIDs(),
			AuditColumns: source.Layout().Has("customers", "modified_on"),
		},
		Role: RoleFacts{Name: role.RoleName, SearchPath: role.SearchPath, Lacks: lacks, Excess: excess},
	}
	for _, t := range tables {
		found.Tables = append(found.Tables, t.facts(source.Server().Version))
	}
	return found, nil
}

// table is one of the tables that are read, and what the catalog has by its name, if anything.
type table struct {
	biotrack.TableInfo
	*relation
	overridden bool
}

// relation is something in the catalog that has the name of one of the tables. Its schema is quoted as an identifier.
type relation struct {
	OID          int64  `db:"oid"`
	RelName      string `db:"name"`
	Schema       string `db:"schema"`
	IsTable      bool   `db:"is_table"`
	Rows         int64  `db:"rows"`
	Visible      bool   `db:"visible"`
	SchemaUsable bool   `db:"schema_usable"`
	InPath       bool   `db:"in_path"`
	Readable     bool   `db:"readable"`
	RowSecurity  bool   `db:"row_security"`

	types map[string]columnType
}

// readTables finds each of the tables: the one that our session sees, else the one in the schema that has most of them.
func readTables(ctx context.Context, source *biotrack.Source) (found []table, err error) {
	var names []string
	for _, t := range biotrack.Tables() {
		names = append(names, t.Name)
	}
	var relations []relation
	if err := selectRows(ctx, source, &relations, "tables.sql", nil, pq.Array(names)); err != nil {
		return nil, err
	}
	var oids []int64
	byOID := make(map[int64]*relation)
	for i := range relations {
		r := &relations[i]
		r.Schema, r.types = source.Text(r.Schema), make(map[string]columnType)
		oids, byOID[r.OID] = append(oids, r.OID), r
	}
	var columns []struct {
		Table int64  `db:"table_oid"`
		Name  string `db:"name"`
		columnType
	}
	if err := selectRows(ctx, source, &columns, "columns.sql", nil, pq.Array(oids)); err != nil {
		return nil, err
	}
	for _, c := range columns {
		byOID[c.Table].types[c.Name] = c.columnType
	}
	for _, info := range biotrack.Tables() {
		found = append(found, table{
			TableInfo: info, relation: choose(info.Name, relations), overridden: source.Layout().Overridden(info.Name),
		})
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
		case r.RelName != name:
		case r.Visible:
			return r
		case chosen == nil || inSchema[r.Schema] > inSchema[chosen.Schema]:
			chosen = r
		}
	}
	return chosen
}
