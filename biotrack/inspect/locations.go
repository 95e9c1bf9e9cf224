package inspect

import (
	"context"
	"maps"
	"slices"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// LocationsFound is what there is to know before locations are chosen.
type LocationsFound struct {
	// Organisation is whose server this is, empty where it does not say.
	Organisation string        `json:"organisation"`
	Locations    []LocationUse `json:"locations"`
	// Warnings say which tables could not be read, and why.
	Warnings []string `json:"untold"`
}

// LocationUse is a location, and how many rows of each kind name it, whatever has become of them; nil where the table
// cannot be read.
type LocationUse struct {
	ID   int64  `json:"id" db:"id"`
	Name string `json:"name" db:"name"`
	// Listed says that the table of locations has it, and Deleted that it is deleted there.
	Listed    bool   `json:"listed"`
	Deleted   bool   `json:"deleted" db:"deleted"`
	Customers *int64 `json:"customers"`
	Tickets   *int64 `json:"tickets"`
	Products  *int64 `json:"products"`
	Lots      *int64 `json:"lots"`
}

// Locations finds the locations of the server, and counts their rows, table by table, each in one statement, which may
// be a scan of the whole table. A table that is not there, or that the role may not read, leaves a warning.
func Locations(ctx context.Context, source *biotrack.Source) (*LocationsFound, error) {
	found := &LocationsFound{Locations: []LocationUse{}, Warnings: []string{}}
	r := &locationReader{source: source, layout: source.Layout(), found: found, uses: make(map[int64]*LocationUse)}
	if err := r.readOrganisation(ctx); err != nil {
		return nil, err
	}
	if r.layout.Has("locations", "id") {
		var rows []LocationUse
		if _, err := r.selectFrom(ctx, "locations", &rows, "locations.sql"); err != nil {
			return nil, err
		}
		for _, use := range rows {
			use.Name, use.Listed = source.Text(use.Name), true
			r.uses[use.ID] = &use
		}
	} else {
		r.warn("database has no table locations: only the ids that rows name are known")
	}
	if err := r.readCounts(ctx); err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(r.uses)) {
		found.Locations = append(found.Locations, *r.uses[id])
	}
	return found, nil
}

// Organisation returns whose server this is, empty where it does not say.
func Organisation(ctx context.Context, source *biotrack.Source) (string, error) {
	r := &locationReader{source: source, layout: source.Layout(), found: &LocationsFound{}}
	err := r.readOrganisation(ctx)
	return r.found.Organisation, err
}

// locationReader puts together what several tables say of locations.
type locationReader struct {
	source *biotrack.Source
	layout biotrack.Layout
	found  *LocationsFound
	uses   map[int64]*LocationUse
}

func (r *locationReader) readOrganisation(ctx context.Context) error {
	if !r.layout.Has("orgdata", "id") {
		return nil
	}
	var names []string
	_, err := r.selectFrom(ctx, "orgdata", &names, "organisation.sql")
	for _, name := range names {
		r.found.Organisation = r.source.Text(name)
	}
	return err
}

// readCounts counts the rows of each table. Only then is known which locations there are: one that a table does not
// name has none there.
func (r *locationReader) readCounts(ctx context.Context) error {
	counts := make(map[string]map[int64]int64)
	for _, table := range []string{"customers", "tickets", "products", "inventory"} {
		if !r.layout.HasTable(table) {
			r.warn("database has no table " + table)
			continue
		}
		var rows []struct {
			ID   int64 `db:"id"`
			Rows int64 `db:"rows"`
		}
		read, err := r.selectFrom(ctx, table, &rows, "counts.sql")
		if err != nil {
			return err
		}
		if !read {
			continue
		}
		counts[table] = make(map[int64]int64)
		for _, row := range rows {
			counts[table][row.ID] = row.Rows
			if r.uses[row.ID] == nil {
				r.uses[row.ID] = &LocationUse{ID: row.ID}
			}
		}
	}
	for id, use := range r.uses {
		for table, count := range map[string]**int64{
			"customers": &use.Customers, "tickets": &use.Tickets, "products": &use.Products, "inventory": &use.Lots,
		} {
			if counts[table] != nil {
				*count = new(counts[table][id])
			}
		}
	}
	return nil
}

// selectFrom runs a table's query, and reports whether it did: if the role may not read the table, there is a warning.
func (r *locationReader) selectFrom(ctx context.Context, table string, dest any, name string) (read bool, err error) {
	err = r.source.Select(ctx, "read locations", dest, queries(), name, struct {
		biotrack.Layout
		Table string
	}{r.layout, table})
	if biotrack.IsRowSecurity(err) {
		r.warn("row security may hide rows of table " + table + " from the role")
		return false, nil
	}
	if pq.As(err, pqerror.InsufficientPrivilege) != nil {
		r.warn("the role may not read table " + table)
		return false, nil
	}
	return err == nil, err
}

func (r *locationReader) warn(warning string) { r.found.Warnings = append(r.found.Warnings, warning) }
