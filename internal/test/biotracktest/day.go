package biotracktest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Day says what TradingDay lets pass.
type Day struct {
	Seed   uint64
	Number int // counted from 1; each is another day, of the same seed
	// Now is when the day begins; default: nine in the morning, Number days after [DefaultNow].
	Now time.Time
	// Length is how long the day is; default 12 hours.
	Length time.Duration
	// Scale is how busy the day is; default 1, which is about a hundred transactions.
	Scale float64
	// HardDeletes lets some rows vanish at the day's end, as no till does and repairs by hand do.
	HardDeletes bool
}

// trading is a day that is passing.
type trading struct {
	chance  *rand.Rand
	now     time.Time
	layout  Layout
	tickets int64 // the highest serial when the day began
	lots    int64
	people  int
	goods   int64
	counts  DaySummary
}

// act is something that happens at the shop, in a transaction of its own. It returns errNothingToDo if the shop holds
// nothing that it could happen to.
type act struct {
	often int // on a day of scale 1
	count *int
	do    func(ctx context.Context, tx *sql.Tx) error
}

// errNothingToDo says that an act found nothing to happen to; the day goes on without it.
var errNothingToDo = errors.New("nothing to do")

// TradingDay lets a day pass at the shop, in ordinary transactions as the till would make them, one after the other.
// The layout is seen from the tables. The same database, seed and number give the same day.
func TradingDay(ctx context.Context, db *sql.DB, day Day) (DaySummary, error) {
	if day.Now.IsZero() {
		day.Now = DefaultNow.Truncate(24*time.Hour).AddDate(0, 0, day.Number).Add(9 * time.Hour)
	}
	if day.Length == 0 {
		day.Length = 12 * time.Hour
	}
	if day.Scale == 0 {
		day.Scale = 1
	}
	t := &trading{chance: rand.New(rand.NewPCG(day.Seed, chanceDay<<48|uint64(day.Number))),
		now: day.Now.UTC().Truncate(time.Second)}
	if err := t.open(ctx, db); err != nil {
		return t.counts, err
	}
	acts := t.schedule(t.acts(), day.Scale)
	t.chance.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	if day.HardDeletes {
		acts = append(acts, t.schedule(t.hardDeletes(), day.Scale)...)
	}
	for _, a := range acts {
		t.now = t.now.Add(day.Length / time.Duration(len(acts)+1)).Truncate(time.Second)
		if err := t.perform(ctx, db, a); err != nil {
			return t.counts, err
		}
	}
	return t.counts, nil
}

// open looks at the shop as the day begins.
func (t *trading) open(ctx context.Context, db *sql.DB) error {
	const query = `SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('customers')
		AND attname = 'id_serial'),
		(SELECT coalesce(max(ticketserial), 0) FROM tickets), (SELECT count(*) FROM inventory),
			(SELECT count(*) FROM customers),
		(SELECT coalesce(max(id), 0) FROM products)`
	audited := false
	if err := db.QueryRowContext(ctx, query).Scan(&audited, &t.tickets, &t.lots, &t.people, &t.goods); err != nil {
		return fmt.Errorf("look at the shop: %w", err)
	}
	t.layout = Layout2015
	if audited {
		t.layout = LayoutAudited
	}
	return nil
}

// schedule repeats the acts as often as the day is busy; everything that can happen happens at least once.
func (t *trading) schedule(acts []act, scale float64) []act {
	var all []act
	for _, a := range acts {
		for range max(1, int(math.Round(float64(a.often)*scale))) {
			all = append(all, a)
		}
	}
	return all
}

// perform does one act in one transaction.
func (t *trading) perform(ctx context.Context, db *sql.DB, a act) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	if err := a.do(ctx, tx); err != nil {
		if errors.Is(err, errNothingToDo) {
			return nil
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	*a.count++
	return nil
}

// exec runs one statement of an act.
func exec(ctx context.Context, tx *sql.Tx, statement string, args ...any) error {
	if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
		return fmt.Errorf("run %.60q: %w", statement, err)
	}
	return nil
}

// scan reads the one row of a query; none is errNothingToDo.
func scan(ctx context.Context, tx *sql.Tx, query string, args []any, into ...any) error {
	err := tx.QueryRowContext(ctx, query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return errNothingToDo
	}
	if err != nil {
		return fmt.Errorf("run %.60q: %w", query, err)
	}
	return nil
}

// firstFrom looks for something from each place in turn, until it is found or an error says that looking is no use.
func firstFrom[T any](places []T, look func(from T) error) (err error) {
	for _, from := range places {
		if err = look(from); !errors.Is(err, errNothingToDo) {
			return err
		}
	}
	return err
}

// touch is the part of an update that maintains the layout's time column. Many updates of a real till leave it out, and
// so do many here.
func (t *trading) touch() string {
	column := "modified"
	if t.layout == LayoutAudited {
		column = "modified_on"
	}
	return fmt.Sprintf(", %s = '%s'", column, t.now.Format(time.DateTime))
}
