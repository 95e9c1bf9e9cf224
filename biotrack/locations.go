package biotrack

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"slices"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// LocationsFound is what there is to know before locations are chosen.
type LocationsFound struct {
	// Organisation is whose server this is, empty where it does not say.
	Organisation string        `json:"organisation"`
	Locations    []LocationUse `json:"locations"`
	// Untold says of tables that could not be read why.
	Untold []string `json:"untold"`
}

// LocationUse is a location, and how many rows of each kind name it, whatever has become of them; nil where that cannot be told.
type LocationUse struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Listed says that the table of locations has it, and Deleted that it is deleted there.
	Listed    bool   `json:"listed"`
	Deleted   bool   `json:"deleted"`
	Customers *int64 `json:"customers"`
	Tickets   *int64 `json:"tickets"`
	Products  *int64 `json:"products"`
	Lots      *int64 `json:"lots"`
}

//go:embed sql/locations.sql
var locationsSQL string

// Locations finds the locations of the server, and counts their rows, table by table, each in one statement, which may be a scan of the whole
// table. A table that is not there, or that the role may not read, is passed over.
func (s *Source) Locations(ctx context.Context) (*LocationsFound, error) {
	look := &locationLook{source: s, uses: make(map[int64]*LocationUse), found: LocationsFound{Locations: []LocationUse{}, Untold: []string{}}}
	for _, read := range []func(context.Context) error{look.organisation, look.names, look.counts} {
		if err := read(ctx); err != nil {
			return nil, &Error{Op: "read locations", Err: err}
		}
	}
	for _, use := range look.uses {
		look.found.Locations = append(look.found.Locations, *use)
	}
	slices.SortFunc(look.found.Locations, func(a, b LocationUse) int { return cmp.Compare(a.ID, b.ID) })
	return &look.found, nil
}

// locationLook puts together what several tables say of locations.
type locationLook struct {
	source *Source
	found  LocationsFound
	uses   map[int64]*LocationUse
}

func (l *locationLook) organisation(ctx context.Context) error {
	const query = `SELECT {{.Col "orgdata" "o" "orgname" "NULL"}} FROM orgdata o ORDER BY o.id LIMIT 1`
	if !l.source.columns.has(tableOrg, "id") {
		return nil
	}
	_, err := l.read(ctx, tableOrg, query, func(rows *sql.Rows) error {
		var name sql.RawBytes
		err := rows.Scan(&name)
		l.found.Organisation = l.source.string(name)
		return err
	})
	return err
}

func (l *locationLook) names(ctx context.Context) error {
	if !l.source.columns.has(tableLocations, "id") {
		l.found.Untold = append(l.found.Untold, "database has no table locations: only the ids that rows name are known")
		return nil
	}
	_, err := l.read(ctx, tableLocations, locationsSQL, func(rows *sql.Rows) error {
		var id int64
		var name sql.RawBytes
		var deleted bool
		if err := rows.Scan(&id, &name, &deleted); err != nil {
			return err
		}
		use := l.use(id)
		use.Name, use.Listed, use.Deleted = l.source.string(name), true, deleted
		return nil
	})
	return err
}

// use is a location, which need not be listed.
func (l *locationLook) use(id int64) *LocationUse {
	if l.uses[id] == nil {
		l.uses[id] = &LocationUse{ID: id}
	}
	return l.uses[id]
}

// locationCount is one table's rows by their location, and where they are kept.
type locationCount struct {
	table, query string
	of           func(*LocationUse) **int64
}

// counts counts the rows of each table. Only then is known which locations there are: one that a table does not name has none there.
func (l *locationLook) counts(ctx context.Context) error {
	var fill []func()
	for _, count := range []locationCount{
		{tableCustomers, `SELECT COALESCE({{.Col "customers" "c" "location" "1"}}, 1), count(*) FROM {{.From "customers"}} c GROUP BY 1`,
			func(u *LocationUse) **int64 { return &u.Customers }},
		{tableTickets, `SELECT COALESCE({{.Col "tickets" "t" "location" "1"}}, 1), count(*) FROM {{.From "tickets"}} t GROUP BY 1`,
			func(u *LocationUse) **int64 { return &u.Tickets }},
		{tableProducts, `SELECT COALESCE({{.Col "products" "p" "location" "1"}}, 1), count(*) FROM {{.From "products"}} p GROUP BY 1`,
			func(u *LocationUse) **int64 { return &u.Products }},
		{tableInventory, `SELECT COALESCE({{.Col "inventory" "i" "location" "1"}}, 1), count(*) FROM {{.From "inventory"}} i GROUP BY 1`,
			func(u *LocationUse) **int64 { return &u.Lots }},
	} {
		rows, err := l.count(ctx, count)
		if err != nil {
			return err
		}
		if rows == nil {
			continue
		}
		fill = append(fill, func() {
			for id, use := range l.uses {
				n := rows[id]
				*count.of(use) = &n
			}
		})
	}
	for _, f := range fill {
		f()
	}
	return nil
}

// count counts a table's rows by their location; nil where that cannot be told.
func (l *locationLook) count(ctx context.Context, count locationCount) (map[int64]int64, error) {
	if _, ok := l.source.columns[count.table]; !ok {
		l.found.Untold = append(l.found.Untold, "database has no table "+count.table)
		return nil, nil
	}
	rows := make(map[int64]int64)
	told, err := l.read(ctx, count.table, count.query, func(r *sql.Rows) error {
		var id, n int64
		err := r.Scan(&id, &n)
		rows[id] = n
		l.use(id)
		return err
	})
	if err != nil || !told {
		return nil, err
	}
	return rows, nil
}

// read runs one query, unless the role may not read the table.
func (l *locationLook) read(ctx context.Context, table, query string, row func(*sql.Rows) error) (told bool, err error) {
	err = l.source.each(ctx, l.source.db, query, nil, row)
	if pq.As(err, pqerror.InsufficientPrivilege) != nil {
		l.found.Untold = append(l.found.Untold, "the role may not read table "+table)
		return false, nil
	}
	return err == nil, err
}
