package inspect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
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

// Excess is something that the role has and a reader should not, and the statements that take it away.
type Excess struct {
	What string   `json:"what"`
	Hint []string `json:"remedy"`
	// Caution says what to check first.
	Caution string `json:"caution,omitempty"`
}

// role is what the server reports about itself and of our session's role. Names are quoted as identifiers, but for the
// first.
type role struct {
	RoleName   string `db:"role_name"`
	Version    string `db:"version"`
	Standby    bool   `db:"standby"`
	TimeZone   string `db:"time_zone"`
	SearchPath string `db:"search_path"`
	Database   string `db:"database"`
	Role       string `db:"role"`
	Superuser  bool   `db:"superuser"`
	// Attributes are those that would take the role's further attributes away.
	Attributes string `db:"attributes"`
}

func readRole(ctx context.Context, source *biotrack.Source) (role, error) {
	var rows []role
	if err := source.Select(ctx, opReadSchema, &rows, queries(), "server.sql", nil); err != nil {
		return role{}, err
	}
	if len(rows) != 1 {
		return role{}, &biotrack.Error{
			Op: opReadSchema, Err: errors.New("the server has no role of the session's name"),
		}
	}
	r := rows[0]
	for _, name := range []*string{&r.RoleName, &r.SearchPath, &r.Database, &r.Role} {
		*name = source.Text(*name)
	}
	return r, nil
}

// lacks lists the grants, and the search_path, without which the tables cannot be read.
func (r role) lacks(tables []table) []Grant {
	grants := []Grant{}
	add := func(g Grant) {
		if !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	type group struct{ purpose, schema string }
	unreadable := make(map[group][]string)
	for _, t := range tables {
		if t.relation == nil || t.overridden {
			continue
		}
		if !t.SchemaUsable {
			add(Grant{Statement: fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", t.Schema, r.Role)})
		}
		if !t.Visible && !t.InPath {
			path := r.SearchPath + ", " + t.Schema
			if r.SearchPath == "" || r.SearchPath == `""` {
				path = t.Schema
			}
			add(Grant{Statement: fmt.Sprintf("ALTER ROLE %s IN DATABASE %s SET search_path = %s", r.Role, r.Database,
				path)})
		}
		if t.RowSecurity {
			add(Grant{Statement: fmt.Sprintf("ALTER ROLE %s BYPASSRLS", r.Role)})
		}
		if !t.Readable {
			g := group{schema: t.Schema}
			if len(t.Streams) == 0 {
				g.purpose = "for " + biotrack.ReadBy(t.Name) + " alone"
			}
			unreadable[g] = append(unreadable[g], t.Schema+"."+t.Name)
		}
	}
	for _, g := range slices.SortedFunc(maps.Keys(unreadable), func(a, b group) int {
		return cmp.Or(cmp.Compare(a.purpose, b.purpose), cmp.Compare(a.schema, b.schema))
	}) {
		statement := fmt.Sprintf("GRANT SELECT ON %s TO %s", strings.Join(unreadable[g], ", "), r.Role)
		add(Grant{Statement: statement, Optional: g.purpose})
	}
	return grants
}

// right is something that the role may do beyond reading. Names are quoted as identifiers.
type right struct {
	Kind       string `db:"kind"`
	Place      string `db:"place"`
	Privileges string `db:"privileges"`
	Objects    int64  `db:"objects"`
	// Everybody says that all roles have it, Ours that our role has it by itself, and Through which of its memberships
	// bring it.
	Everybody bool   `db:"everybody"`
	Ours      bool   `db:"ours"`
	Through   string `db:"through"`
}

// readExcess lists what a reader should not have.
func readExcess(ctx context.Context, source *biotrack.Source, role role, tables []table) ([]Excess, error) {
	ownRole := role.replacement(tables)
	if role.Superuser {
		return []Excess{{What: "is a superuser", Hint: ownRole, Caution: newRole}}, nil
	}
	var rights []right
	if err := source.Select(ctx, "read privileges", &rights, queries(), "excess.sql", nil); err != nil {
		return nil, err
	}
	all := []Excess{}
	if role.Attributes != "" {
		all = append(all, Excess{
			What: "may make roles or databases, or replicate",
			Hint: []string{"ALTER ROLE " + role.Role + " " + role.Attributes},
		})
	}
	for _, r := range rights {
		r.Place, r.Through = source.Text(r.Place), source.Text(r.Through)
		all = append(all, r.excess(role.Role, ownRole))
	}
	return all, nil
}

// newRole is what is left to do with a replacement.
const newRole = "then put the new role into BIOTRACK_URL"

// replacement makes a role for reading, in place of one that can do more by what it is.
func (r role) replacement(tables []table) []string {
	const name = "blackbird_reader"
	statements := []string{
		"CREATE ROLE " + name + " LOGIN PASSWORD '…'",
		"GRANT CONNECT ON DATABASE " + r.Database + " TO " + name,
	}
	for _, t := range tables {
		if t.relation == nil {
			continue
		}
		usage := "GRANT USAGE ON SCHEMA " + t.Schema + " TO " + name
		if !slices.Contains(statements, usage) {
			statements = append(statements, usage, "GRANT SELECT ON ALL TABLES IN SCHEMA "+t.Schema+" TO "+name)
		}
	}
	return statements
}

func (r right) excess(role string, ownRole []string) Excess {
	what := r.what()
	switch {
	case r.Everybody:
		return Excess{What: what + ", as every role may", Hint: []string{r.revoke("PUBLIC")},
			Caution: "this takes it from every role: check first that BioTrack's own does not need it"}
	case r.Through != "":
		return Excess{What: what + ", as a member of " + r.Through,
			Hint:    []string{"REVOKE " + r.Through + " FROM " + role},
			Caution: "the role may then lack grants: inspect again"}
	case r.Privileges == "OWNER" || !r.Ours:
		return Excess{What: what, Hint: ownRole, Caution: newRole}
	}
	return Excess{What: what, Hint: []string{r.revoke(role)}}
}

// what describes the right.
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
