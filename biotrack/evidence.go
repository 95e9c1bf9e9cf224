package biotrack

import (
	"context"
	"crypto/md5" //nolint:gosec // tells texts apart
	"database/sql"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// witnesses is how many rows a pass remembers of a table. A source that went back lacks the newest of them.
const witnesses = 16

// Witness is a row that an earlier pass remembered, as it is now.
type Witness struct {
	model.Witness
	// Newer reports whether the row was written at or after the position: the next scan finds it.
	Newer bool `db:"newer"`
}

// Newest returns the rows that were written last: of those with the given keys, which are escaped, or of all if nil.
func (t *Table[R]) Newest(ctx context.Context, keys []string) (newest []model.Witness, err error) {
	var found []Witness
	op := "read witnesses of " + t.query.Table
	err = t.source.read(ctx, op, func(tx *sqlx.Tx) (err error) {
		found = nil
		if keys == nil {
			const recent = 10_000
			found, err = readWitnesses(ctx, tx, t.query, 0, nil, witnesses, recent)
		}
		if err == nil && len(found) == 0 {
			found, err = readWitnesses(ctx, tx, t.query, 0, keys, witnesses, nil)
		}
		return wrap(op, err)
	})
	for _, w := range found {
		newest = append(newest, w.Witness)
	}
	return newest, err
}

// readWitnesses reads rows as witnesses; sql/witnesses.sql says which. The keys are escaped, and nil for all rows.
func readWitnesses(
	ctx context.Context, tx *sqlx.Tx, q tableQuery, since Position, keys []string, limit, transactions any,
) (found []Witness, err error) {
	args := []any{since.xid(), limit, transactions}
	if q.ByKey = keys != nil; q.ByKey {
		plain, err := unescapeKeys(keys)
		if err != nil {
			return nil, err
		}
		args = append(args, pq.Array(plain))
	}
	err = selectRows(ctx, tx, &found, "witnesses.sql", q, args...)
	for i := range found {
		found[i].Key = url.PathEscape(found[i].Key)
	}
	return found, err
}

// readUnwitnessed returns the key of a row that was written before the position and after the oldest of the witnesses,
// if there are any, and is none of them; empty where there is none. Witnesses were the newest of all rows. So no such
// row was there when they were read, and the transactions of a source that goes on never write before the position
// again.
func readUnwitnessed(
	ctx context.Context, tx *sqlx.Tx, q tableQuery, since Position, keys, xids []string,
) (key string, err error) {
	plain, err := unescapeKeys(keys)
	if err != nil {
		return "", err
	}
	var found []sql.NullString
	err = selectRows(ctx, tx, &found, "unwitnessed.sql", q, since.xid(), pq.Array(append([]string{}, xids...)),
		pq.Array(plain))
	if err != nil || len(found) == 0 {
		return "", err
	}
	return url.PathEscape(found[0].String), nil
}

func unescapeKeys(keys []string) (plain []string, err error) {
	plain = make([]string, 0, len(keys))
	for _, key := range keys {
		unescaped, err := url.PathUnescape(key)
		if err != nil {
			return nil, err
		}
		plain = append(plain, unescaped)
	}
	return plain, nil
}

// EscapeKeys returns keys of rows as witnesses have them.
func EscapeKeys(keys []string) []string {
	escaped := make([]string, len(keys))
	for i, key := range keys {
		escaped[i] = url.PathEscape(key)
	}
	return escaped
}

// Relation is a table or view that a name reads.
type Relation struct {
	// ID is its oid, its kind, and for a view a hash of its text.
	ID string `db:"id"`
	// Name is for people.
	Name string `db:"name"`
	// Foreign reports whether its rows are another server's.
	Foreign bool `db:"is_foreign"`
	// New reports whether it was created at or after the position: so was every row in it.
	New bool `db:"new"`
}

// Relations are what a table's name reads.
type Relations struct {
	All []Relation
	// NoXmin says why the rows do not show which transaction wrote them, empty where they do.
	NoXmin string
}

// readRelations finds what the name of a customers or tickets table reads: the table that the role sees, its children,
// and what is below a view or a configured SELECT. They are the relations that the plan of a read locks.
func (s *Source) readRelations(ctx context.Context, tx *sqlx.Tx, table string, since Position) (
	found Relations, err error,
) {
	column := "xmin"
	if !s.layout.HasXmin(table) {
		column = "*"
	}
	var plan []string
	const explain = "ROLLBACK TO SAVEPOINT state; EXPLAIN (VERBOSE, COSTS OFF) SELECT q."
	if err = tx.SelectContext(ctx, &plan, explain+column+" FROM "+s.layout.From(table)+" q"); err == nil {
		err = selectRows(ctx, tx, &found.All, "relations.sql", nil, since.xid())
	}
	for _, r := range found.All {
		if r.Foreign {
			found.NoXmin = r.Name + " is a foreign table"
		}
	}
	if found.NoXmin == "" && (!s.layout.HasXmin(table) || !readsXmin.MatchString(strings.Join(plan, "\n"))) {
		found.NoXmin = "it has no xmin of a table"
	}
	if query := s.layout.overrides[table]; query != "" {
		sum := md5.Sum([]byte(query)) //nolint:gosec // tells texts apart
		found.All = append(found.All, Relation{ID: "sql " + hex.EncodeToString(sum[:]), Name: "the configured SELECT"})
	}
	return found, err
}

// readsXmin finds in a plan the read of a table's own xmin: a query may call anything by that name.
var readsXmin = regexp.MustCompile(`(Seq|Index|Index Only|Heap) Scan .*\n +Output: .*\bxmin\b`)
