package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// tills is how many tills trade at a time.
const tills = 4

// till is one of the shop's tills.
type till struct {
	*lab.T
	db     *sql.DB
	chance *rand.Rand
	number uint64
	sold   int
}

func newTill(t *lab.T, db *sql.DB, seed, number uint64) *till {
	return &till{T: t, db: db, chance: rand.New(rand.NewPCG(seed, 1000+number)), number: number}
}

// trade makes transaction after transaction. Some are rolled back, and some stay open while passes come and go.
func (t *till) trade(on func() bool) {
	for on() {
		tx, err := t.db.BeginTx(t.Context(), nil)
		t.Check(err)
		for range 1 + t.chance.IntN(4) {
			query, args := t.act()
			if _, err := tx.ExecContext(t.Context(), query, args...); err != nil {
				_ = tx.Rollback()
				t.Fatalf("trade: %s: %w", query, err)
			}
			if t.chance.IntN(40) == 0 {
				t.pause(on, 2000)
			}
		}
		if t.chance.IntN(10) == 0 {
			t.Check(tx.Rollback())
			continue
		}
		t.Check(tx.Commit())
		t.pause(on, 20)
	}
}

// pause waits for some milliseconds, at most so many.
func (t *till) pause(on func() bool, most int) {
	for end := time.Now().Add(time.Duration(t.chance.IntN(most)) * time.Millisecond); on() && time.Now().Before(end); {
		time.Sleep(min(50*time.Millisecond, time.Until(end)))
	}
}

const sale = `INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime, refticketid, refundtotalprice)
	VALUES ($1, (SELECT customerid FROM customers ORDER BY customerid OFFSET $2 LIMIT 1), $3, 0, $3, $4, NULLIF($5, ''),
		$6)`

// act is one thing that happens. No row vanishes: only a full pass would see it, and would repair what the others have
// missed. Each till changes rows of its own, so that no two wait for one another in a circle.
func (t *till) act() (query string, args []any) {
	mine := fmt.Sprintf("ticketserial %% %d = %d AND ticketserial %% 97 = %d", tills, t.number, t.chance.IntN(97))
	switch t.chance.IntN(16) {
	default:
		t.sold++
		return sale, []any{t.ticket(t.sold), t.chance.IntN(600), t.cents(), time.Now().Unix(), "", 0}
	case 0:
		t.sold++
		return sale, []any{t.ticket(t.sold), t.chance.IntN(600), "-" + t.cents(), time.Now().Unix(),
			t.ticket(1 + t.chance.IntN(t.sold)), 0}
	case 1:
		return `UPDATE tickets SET refundtotalprice = round(totalprice / 2, 2) WHERE ` + mine, nil
	case 2:
		return `UPDATE tickets SET deleted = 1 - COALESCE(deleted, 0) WHERE ` + mine, nil
	case 3:
		return `UPDATE tickets SET totalprice = NULLIF(round(COALESCE(totalprice, 1) + 1.5, 2), 7),
			customerid = NULLIF(customerid, 'none') WHERE ` + mine, nil
	case 4:
		return `INSERT INTO customers (customerid, firstname, phone) VALUES ($1, 'Otter', '12') ON CONFLICT DO NOTHING`,
			[]any{fmt.Sprintf("S%d%06d", t.number, t.chance.IntN(1_000_000))}
	case 5:
		return `UPDATE customers SET firstname = 'Heron' || $1::text, deleted = $2 WHERE customerid LIKE $3`,
			[]any{t.chance.IntN(100), t.chance.IntN(2), fmt.Sprintf("S%d%%%d", t.number, t.chance.IntN(10))}
	case 6:
		return `UPDATE inventory SET roomdata = $1, remainingweight = $2 WHERE id::text LIKE $3`,
			[]any{fmt.Sprintf("0,%d:1,%d", t.chance.IntN(20), t.chance.IntN(20)), t.chance.IntN(30),
				fmt.Sprintf("%%%d%d", t.chance.IntN(10), t.number)}
	}
}

func (t *till) ticket(n int) string { return fmt.Sprintf("S%d-%d", t.number, n) }

func (t *till) cents() string { return fmt.Sprintf("%d.%02d", t.chance.IntN(200), t.chance.IntN(100)) }
