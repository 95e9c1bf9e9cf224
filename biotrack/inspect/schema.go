package inspect

import (
	"context"
	"embed"
	stdsync "sync"
	"text/template"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// queries returns the package's statements, by the names of their files, parsed at the first use.
var queries = stdsync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(sqlFiles, "sql/*.sql"))
})

// SchemaFound is what there is to know of a database before any row of it is read: what server it is, which of our
// tables it has and in what layout, and what our role may do.
type SchemaFound struct {
	ServerVersion string `json:"server_version"`
	Encoding      string `json:"encoding"`
	Database      string `json:"database"`
	// Standby says that the server replays another's changes.
	Standby bool `json:"standby"`
	// TimeZone is the server's own, which is the shop's where the server stands in the shop.
	TimeZone string `json:"time_zone"`
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

const opReadSchema = "read schema"

// Schema reads the catalog alone, and so a database that lacks what a pass needs too.
func Schema(ctx context.Context, source *biotrack.Source) (*SchemaFound, error) {
	role, err := readRole(ctx, source)
	if err != nil {
		return nil, err
	}
	tables, now, err := readTables(ctx, source)
	if err != nil {
		return nil, err
	}
	excess, err := readExcess(ctx, source, role, tables)
	if err != nil {
		return nil, err
	}
	lacks := role.lacks(tables)
	if !source.Server().Control && source.Server().Version >= biotrack.ControlFunctions {
		lacks = append(lacks, Grant{
			Statement: "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO " + role.Role,
			Optional:  "so that a swapped or restored server is known",
		})
	}
	found := &SchemaFound{
		ServerVersion: role.Version, Encoding: source.Server().Encoding, Database: source.Server().Database,
		Standby: role.Standby, TimeZone: role.TimeZone, SystemIdentifier: now.Identity.SystemIdentifier,
		Layout: Layout{
			PaddedIDs:    source.Layout().TextType("customers", "customerid") == "bpchar",
			AuditColumns: source.Layout().Has("customers", "modified_on"),
		},
		Role: RoleFacts{Name: role.RoleName, SearchPath: role.SearchPath, Lacks: lacks, Excess: excess},
	}
	for _, t := range tables {
		found.Tables = append(found.Tables, t.facts(source.Server().Version))
	}
	return found, nil
}
