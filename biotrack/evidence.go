package biotrack

import (
	"context"
	"crypto/md5" //nolint:gosec // tells texts apart
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

// Witnesses reads again the rows with the given keys, which are escaped. A key whose row is gone has none.
func (t *Table[R]) Witnesses(ctx context.Context, since Position, keys []string) ([]Witness, error) {
	return t.readWitnesses(ctx, since, keys, nil, nil)
}

// Newest returns the rows that were written last: of those with the given keys, which are escaped, or of all if nil.
func (t *Table[R]) Newest(ctx context.Context, keys []string) (newest []model.Witness, err error) {
	var found []Witness
	if keys == nil {
		const recent = 10_000
		found, err = t.readWitnesses(ctx, 0, nil, witnesses, recent)
	}
	if err == nil && len(found) == 0 {
		found, err = t.readWitnesses(ctx, 0, keys, witnesses, nil)
	}
	for _, w := range found {
		newest = append(newest, w.Witness)
	}
	return newest, err
}

func (t *Table[R]) readWitnesses(ctx context.Context, since Position, keys []string, limit, transactions any) (
	found []Witness, err error,
) {
	q, args := t.query, []any{since.xid(), limit, transactions}
	if q.ByKey = keys != nil; q.ByKey {
		plain := make([]string, len(keys))
		for i, key := range keys {
			if plain[i], err = url.PathUnescape(key); err != nil {
				return nil, err
			}
		}
		args = append(args, pq.Array(plain))
	}
	op := "read witnesses of " + q.Table
	err = t.source.read(ctx, op, func(tx *sqlx.Tx) error {
		return wrap(op, selectRows(ctx, tx, &found, "witnesses.sql", q, args...))
	})
	for i := range found {
		found[i].Key = url.PathEscape(found[i].Key)
	}
	return found, err
}

// Unwitnessed returns the key of a row that was written before the position and after the oldest of the witnesses, and
// is none of them; empty where there is none. Witnesses were the newest of all rows. So no such row was there when they
// were read, and the transactions of a source that goes on never write before the position again.
func (t *Table[R]) Unwitnessed(ctx context.Context, since Position, witnesses []model.Witness) (key string, err error) {
	var keys, xids []string
	for _, w := range witnesses {
		plain, err := url.PathUnescape(w.Key)
		if err != nil {
			return "", err
		}
		keys, xids = append(keys, plain), append(xids, w.XID)
	}
	found, err := t.selectKeys(ctx, "unwitnessed.sql", since.xid(), pq.Array(xids), pq.Array(keys))
	if err != nil || len(found) == 0 {
		return "", err
	}
	return url.PathEscape(found[0]), nil
}

// EscapeKeys returns keys of rows as Witnesses and Newest expect them.
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

// Relations finds what the name of a customers or tickets table reads: the table that the role sees, its children, and
// what is below a view or a configured SELECT. They are the relations that the plan of a read locks.
func (s *Source) Relations(ctx context.Context, table string, since Position) (found Relations, err error) {
	op := "read relations of " + table
	column := "xmin"
	if !s.layout.HasXmin(table) {
		column = "*"
	}
	var plan []string
	err = s.read(ctx, op, func(tx *sqlx.Tx) error {
		const explain = "EXPLAIN (VERBOSE, COSTS OFF) SELECT q."
		err := tx.SelectContext(ctx, &plan, explain+column+" FROM "+s.layout.From(table)+" q")
		if err == nil {
			err = selectRows(ctx, tx, &found.All, "relations.sql", nil, since.xid())
		}
		return wrap(op, err)
	})
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
