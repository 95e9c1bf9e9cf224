package biotracktest

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// trade lets a day pass and expects every kind of act to have happened.
func trade(t *testing.T, db *sql.DB, day Day) DaySummary {
	t.Helper()
	s, err := TradingDay(t.Context(), db, day)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTradingDay(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout Layout) {
		db, before := generate(t, small(layout))
		s := trade(t, db, Day{Seed: 3, Number: 1, HardDeletes: true})
		for _, item := range s.items() {
			if item.count == 0 {
				t.Errorf("no %s", item.words)
			}
		}
		if s.Sales != 40 || !strings.Contains(s.String(), "40 sales") {
			t.Errorf("the day was: %s", s)
		}
		rung := s.Sales + s.PreordersPlaced + s.RefundsAsAmount + s.RefundsAsNegative
		if got := value[int](t, db, `SELECT count(*) FROM tickets`); got != before.Tickets+rung-s.TicketsGone {
			t.Errorf("%d tickets, want %d and %d more, less %d", got, before.Tickets, rung, s.TicketsGone)
		}
		checkStock(t, db)
		// A second day is another one.
		if next := trade(t, db, Day{Seed: 3, Number: 2, Scale: 0.1}); next.Sales != 4 || next.TicketsGone != 0 {
			t.Errorf("the second day was: %s", next)
		}
	})
}

// checkStock expects rooms that the till has dealt with to add up to what remains of their lots, and none below
// nothing.
func checkStock(t *testing.T, db *sql.DB) {
	t.Helper()
	const query = `SELECT count(*) FROM (SELECT i.id, i.remainingweight, sum(split_part(p, ',', 2)::numeric) AS rooms,
		min(split_part(p, ',', 2)::numeric) AS least FROM inventory i, regexp_split_to_table(i.roomdata, ':') p
		WHERE i.roomdata ~ '^0,[0-9.]+:2,[0-9.]+(:[0-9]+,[0-9.]+)*$' AND i.roomdata NOT LIKE '%0,1:0,2:%' GROUP BY i.id,
			i.remainingweight) l
		WHERE rooms <> remainingweight OR least < 0`
	if got := value[int](t, db, query); got != 0 {
		t.Errorf("%d lots whose rooms do not add up", got)
	}
}

func TestTradingDayIsDeterministic(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout Layout) {
		var sums [2][]string
		for i := range sums {
			db, _ := generate(t, small(layout))
			trade(t, db, Day{Seed: 9, Number: 4, HardDeletes: true})
			for _, table := range tableNames {
				forgetDefaults(t, db, table)
				sums[i] = append(sums[i], table+" "+checksum(t, db, table))
			}
		}
		if !slices.Equal(sums[0], sums[1]) {
			t.Errorf("one day was\n%v\nand again\n%v", sums[0], sums[1])
		}
	})
}

// forgetDefaults clears the columns that the server fills from its own clock.
func forgetDefaults(t *testing.T, db *sql.DB, table string) {
	t.Helper()
	const query = `SELECT coalesce(string_agg(column_name || ' = NULL', ', '), '') FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name = $1 AND column_name IN ('modified_on', 'created_on')`
	if set := value[string](t, db, query, table); set != "" {
		if _, err := db.Exec(`UPDATE ` + table + ` SET ` + set); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSilentChangesTouchNoTimeColumn(t *testing.T) {
	db, _ := generate(t, small(Layout2015))
	highest := value[string](t, db, `SELECT max(modified)::text FROM products`)
	s := trade(t, db, Day{Seed: 5, Number: 1, Scale: 0.1})
	if s.ProductsRepriced == 0 {
		t.Fatal("nothing was repriced")
	}
	const touched = `SELECT count(*) FROM products WHERE modified > $1::timestamp`
	if got := value[int](t, db, touched, highest); got > s.ProductsRenamed+s.ProductsDeleted {
		t.Errorf("%d products have a new time, want those renamed and deleted alone", got)
	}
}

func TestTradingDayAtAnEmptyShop(t *testing.T) {
	db, _ := generate(t, Options{Customers: -1, Tickets: -1, Products: -1})
	s := trade(t, db, Day{Number: 1})
	if s.CustomersNew == 0 || s.ProductsNew == 0 || s.RefundsVoided != 0 {
		t.Errorf("the day was: %s", s)
	}
}

func TestTradingDayWithoutAnEncoding(t *testing.T) {
	db, _ := generate(t, small(LayoutAudited), pgtest.WithEncoding("SQL_ASCII"))
	if s := trade(t, db, Day{Number: 1, HardDeletes: true}); s.Total() < 80 {
		t.Errorf("the day was: %s", s)
	}
}
