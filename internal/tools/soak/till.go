package main

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

const (
	// fewestTills is how many tills trade at a time; more do if they have to be fast.
	fewestTills = 4
	// tillRate is how many operations a second a till makes at most: most of the time its transactions stay open.
	tillRate = 25
	// lots is how many lots the shop has, enough for each till to have some of its own.
	lots = 600
)

// trade is what all tills have in common.
type trade struct {
	*lab.T
	db      *sql.DB
	seed    uint64
	tills   int
	rate    float64
	limiter *rate.Limiter
	// done counts the operations that were committed and wrote a row, undone those that were taken back.
	done, undone atomic.Int64
}

func newTrade(t *lab.T, db *sql.DB, o options) *trade {
	all := &trade{T: t, db: db, seed: o.seed, rate: o.rate, tills: max(fewestTills, int(math.Ceil(o.rate/tillRate)))}
	limit := rate.Inf
	if o.rate > 0 {
		limit = rate.Limit(o.rate)
	}
	// What a stop of up to a second has cost is caught up.
	all.limiter = rate.NewLimiter(limit, max(mostOperations, int(o.rate)))
	db.SetMaxIdleConns(all.tills)
	return all
}

// report prints how much was traded.
func (all *trade) report(took time.Duration) {
	wanted := ""
	if all.rate > 0 {
		wanted = fmt.Sprintf(" of %.0f wanted", all.rate)
	}
	done := all.done.Load()
	fmt.Fprintf(all.Stdout, "%d tills: %d operations, %.0f a second%s; %d more were taken back\n",
		all.tills, done, float64(done)/took.Seconds(), wanted, all.undone.Load())
}

// till is one of the shop's tills.
type till struct {
	*trade
	chance *rand.Rand
	number int
	sold   int
}

func (all *trade) till(number int) *till {
	return &till{trade: all, chance: rand.New(rand.NewPCG(all.seed, 1000+uint64(number))), number: number}
}

// mostOperations is how many operations a transaction has at most.
const mostOperations = 4

// work makes transaction after transaction. Some are rolled back, and some stay open while passes come and go.
func (t *till) work(on func() bool) {
	for on() {
		n, back := 1+t.chance.IntN(mostOperations), t.chance.IntN(10) == 0
		if !back {
			t.Check(t.limiter.WaitN(t.Context(), n))
		}
		tx, err := t.db.BeginTx(t.Context(), nil)
		t.Check(err)
		var wrote int64
		for range n {
			query, args := t.act()
			result, err := tx.ExecContext(t.Context(), query, args...)
			if err != nil {
				_ = tx.Rollback()
				t.Fatalf("trade: %s: %w", query, err)
			}
			rows, err := result.RowsAffected()
			t.Check(err)
			wrote += min(rows, 1)
			if t.chance.IntN(40) == 0 {
				pause(t.chance, on, 2000)
			}
		}
		if back {
			t.Check(tx.Rollback())
			t.undone.Add(wrote)
			continue
		}
		t.Check(tx.Commit())
		t.done.Add(wrote)
		if t.rate == 0 {
			pause(t.chance, on, 20)
		}
	}
}

// pause waits for some milliseconds, at most so many.
func pause(chance *rand.Rand, on func() bool, most int) {
	for end := time.Now().Add(time.Duration(chance.IntN(most)) * time.Millisecond); on() && time.Now().Before(end); {
		time.Sleep(min(50*time.Millisecond, time.Until(end)))
	}
}

const sale = `INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, refticketid, refundtotalprice)
	VALUES ($1, (SELECT customerid FROM customers ORDER BY customerid OFFSET $2 LIMIT 1), $3, 0, $3, $4, NULLIF($5, ''),
		$6)`

// someTickets are a few of a till's own, old or new.
const someTickets = ` WHERE ticketserial IN (SELECT ticketserial FROM tickets WHERE ticketserial % $1 = $2
	AND ticketserial >= CAST($3 AS bigint) * (SELECT max(ticketserial) FROM tickets) / 1000000
	ORDER BY ticketserial LIMIT 3)`

// act is one thing that happens. No row vanishes: only a full pass would see it, and would repair what the others have
// missed. Each till changes rows of its own, so that no two wait for one another in a circle. What an operation costs
// does not grow with the tables.
func (t *till) act() (query string, args []any) {
	tickets := []any{t.tills, t.number, t.chance.IntN(1_000_000)}
	switch t.chance.IntN(16) {
	case 0, 1, 2:
		t.sold++
		return sale, []any{t.ticket(t.sold), t.chance.IntN(600), t.cents(), time.Now().Unix(), "", 0}
	case 3:
		t.sold++
		return sale, []any{t.ticket(t.sold), t.chance.IntN(600), "-" + t.cents(), time.Now().Unix(),
			t.ticket(1 + t.chance.IntN(t.sold)), 0}
	case 4, 5:
		return `UPDATE tickets SET refundtotalprice = round(totalprice / 2, 2)` + someTickets, tickets
	case 6, 7:
		return `UPDATE tickets SET deleted = 1 - COALESCE(deleted, 0)` + someTickets, tickets
	case 8, 9:
		return `UPDATE tickets SET totalprice = NULLIF(round(COALESCE(totalprice, 1) + 1.5, 2), 7),
			customerid = NULLIF(customerid, 'none')` + someTickets, tickets
	case 10:
		return `INSERT INTO customers (customerid, firstname, phone) VALUES ($1, 'Otter', '12')
			ON CONFLICT (customerid) DO UPDATE SET visits = customers.visits + 1`, []any{t.customer()}
	case 11, 12:
		return `UPDATE customers SET firstname = 'Heron' || $1::text, deleted = $2 WHERE customerid IN (
			SELECT customerid FROM customers WHERE customerid BETWEEN $3 AND $4 ORDER BY customerid LIMIT 3)`,
			[]any{t.chance.IntN(100), t.chance.IntN(2), t.customer(), fmt.Sprintf("S%03d999999", t.number)}
	default:
		lot := t.chance.IntN(lots/t.tills)*t.tills + t.number
		return `UPDATE inventory SET roomdata = $1, remainingweight = $2
			WHERE id = (SELECT id FROM inventory ORDER BY id OFFSET $3 LIMIT 1)`,
			[]any{fmt.Sprintf("0,%d:1,%d", t.chance.IntN(20), t.chance.IntN(20)), t.chance.IntN(30), lot}
	}
}

// customer is the id of one of the till's own customers.
func (t *till) customer() string { return fmt.Sprintf("S%03d%06d", t.number, t.chance.IntN(10_000)) }

func (t *till) ticket(n int) string { return fmt.Sprintf("S%d-%d", t.number, n) }

func (t *till) cents() string { return fmt.Sprintf("%d.%02d", t.chance.IntN(200), t.chance.IntN(100)) }
