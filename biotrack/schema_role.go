package biotrack

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// RoleFacts is what our role may do, and should.
type RoleFacts struct {
	Name       string `json:"name"`
	SearchPath string `json:"search_path"`
	// Lacks are the grants without which something cannot be read.
	Lacks []Grant `json:"lacks"`
	// Excess is what a reader should not have.
	Excess []Excess `json:"excess"`
}

// Grant is a statement that gives the role something that it lacks.
type Grant struct {
	Statement string `json:"statement"`
	// Optional says what it is for where no stream needs it.
	Optional string `json:"optional,omitempty"`
}

// Excess is something that the role has and a reader should not, and the statements that mend it.
type Excess struct {
	What string   `json:"what"`
	Hint []string `json:"remedy"`
	// Caution says what to see to before.
	Caution string `json:"caution,omitempty"`
}

func (s *Source) roleFacts(ctx context.Context, facts serverFacts, identity Identity, tables []table) (RoleFacts, error) {
	role := RoleFacts{Name: facts.RoleName, SearchPath: facts.SearchPath, Lacks: []Grant{}, Excess: []Excess{}}
	role.Lacks = append(role.Lacks, lacks(facts, tables)...)
	if identity.SystemIdentifier == "" && s.server.Version >= controlFunctions {
		role.Lacks = append(role.Lacks, Grant{
			Statement: "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO " + facts.Role,
			Optional:  "so that a swapped or restored server is known",
		})
	}
	excess, err := s.excess(ctx, facts, tables)
	role.Excess = append(role.Excess, excess...)
	return role, err
}

// lacks lists the grants, and the search_path, without which the tables cannot be read.
func lacks(facts serverFacts, tables []table) (grants []Grant) {
	unreadable, optional := make(map[string][]string), make(map[string][]string)
	for _, t := range tables {
		if t.relation == nil || !t.IsTable || t.overridden {
			continue
		}
		if !t.SchemaUsable {
			grants = append(grants, Grant{Statement: fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", t.Schema, facts.Role)})
		}
		if !t.Visible && !t.InPath {
			grants = append(grants, Grant{Statement: fmt.Sprintf("ALTER ROLE %s IN DATABASE %s SET search_path = %s",
				facts.Role, facts.Database, withSchema(facts.SearchPath, t.Schema))})
		}
		switch {
		case t.Readable:
		case len(t.streams()) == 0:
			optional[t.Schema] = append(optional[t.Schema], t.Schema+"."+t.name)
		default:
			unreadable[t.Schema] = append(unreadable[t.Schema], t.Schema+"."+t.name)
		}
	}
	grants = append(grants, selects(unreadable, facts.Role, "")...)
	grants = append(grants, selects(optional, facts.Role, "for inspect locations alone")...)
	return compact(grants)
}

// selects grants reading, in one statement a schema.
func selects(tables map[string][]string, role, optional string) (grants []Grant) {
	for _, schema := range slices.Sorted(maps.Keys(tables)) {
		statement := fmt.Sprintf("GRANT SELECT ON %s TO %s", strings.Join(tables[schema], ", "), role)
		grants = append(grants, Grant{Statement: statement, Optional: optional})
	}
	return grants
}

// withSchema adds a schema to a search_path.
func withSchema(path, schema string) string {
	if path == "" || path == `""` {
		return schema
	}
	return path + ", " + schema
}

// compact drops what is said twice.
func compact(grants []Grant) (once []Grant) {
	for _, g := range grants {
		if !slices.Contains(once, g) {
			once = append(once, g)
		}
	}
	return once
}

//go:embed sql/schema_excess.sql
var schemaExcessSQL string

// right is something that the role may do beyond reading. Names are quoted as identifiers.
type right struct {
	Kind       string `db:"kind"`
	Place      string `db:"place"`
	Privileges string `db:"privileges"`
	Objects    int64  `db:"objects"`
	// Everybody says that all roles have it, Ours that our role has it by itself, and Through which of its memberships bring it.
	Everybody bool   `db:"everybody"`
	Ours      bool   `db:"ours"`
	Through   string `db:"through"`
}

// excess lists what a reader should not have.
func (s *Source) excess(ctx context.Context, facts serverFacts, tables []table) ([]Excess, error) {
	own := ownRole(facts, tables)
	if facts.Superuser {
		return []Excess{{What: "is a superuser", Hint: own, Caution: newRole}}, nil
	}
	var rights []right
	if err := s.db.SelectContext(ctx, &rights, schemaExcessSQL); err != nil {
		return nil, err
	}
	var all []Excess
	if facts.Attributes != "" {
		all = append(all, Excess{
			What: "may make roles or databases, or replicate",
			Hint: []string{"ALTER ROLE " + facts.Role + " " + facts.Attributes},
		})
	}
	for _, r := range rights {
		r.Place, r.Through = s.string([]byte(r.Place)), s.string([]byte(r.Through))
		all = append(all, r.excess(facts.Role, own))
	}
	return all, nil
}

// newRole is what is left to do with a role of our own.
const newRole = "then put the new role into BIOTRACK_URL"

// ownRole makes a role for reading, in place of one that can do more by what it is.
func ownRole(facts serverFacts, tables []table) []string {
	const name = "blackbird_reader"
	statements := []string{
		"CREATE ROLE " + name + " LOGIN PASSWORD '…'",
		"GRANT CONNECT ON DATABASE " + facts.Database + " TO " + name,
	}
	var schemas []string
	for _, t := range tables {
		if t.relation != nil && !slices.Contains(schemas, t.Schema) {
			schemas = append(schemas, t.Schema)
		}
	}
	for _, schema := range schemas {
		statements = append(statements, "GRANT USAGE ON SCHEMA "+schema+" TO "+name, "GRANT SELECT ON ALL TABLES IN SCHEMA "+schema+" TO "+name)
	}
	return statements
}

func (r right) excess(role string, ownRole []string) Excess {
	e := Excess{What: r.what()}
	switch {
	case r.Everybody:
		e.What += ", as every role may"
		e.Caution = "this takes it from every role: see first that BioTrack's own does not need it"
		e.Hint = []string{r.revoke("PUBLIC")}
	case r.Through != "":
		e.What += ", as a member of " + r.Through
		e.Caution = "the role may then lack grants: inspect again"
		e.Hint = []string{"REVOKE " + r.Through + " FROM " + role}
	case r.Privileges == "OWNER" || !r.Ours:
		e.Caution = newRole
		e.Hint = ownRole
	default:
		e.Hint = []string{r.revoke(role)}
	}
	return e
}

// what says what the role may do.
func (r right) what() string {
	where := r.Kind + " " + r.Place
	if r.Kind == "table" {
		where = fmt.Sprintf("%d tables of schema %s", r.Objects, r.Place)
		if r.Objects == 1 {
			where = "a table of schema " + r.Place
		}
	}
	switch r.Privileges {
	case "OWNER":
		return "owns " + where
	case "MEMBER":
		return "has the rights of " + where + ", which may write anything"
	}
	if r.Kind == "table" {
		return "may " + r.Privileges + " on " + where
	}
	return "may " + r.Privileges + " in " + where
}

func (r right) revoke(from string) string {
	on := strings.ToUpper(r.Kind) + " " + r.Place
	if r.Kind == "table" {
		on = "ALL TABLES IN SCHEMA " + r.Place
	}
	return "REVOKE " + r.Privileges + " ON " + on + " FROM " + from
}
