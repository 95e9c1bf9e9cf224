package main

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// probe measures how long the menu of a store takes to show a sale. It has a product of its own, which no till sells.
type probe struct {
	*store
	till    *sql.DB
	product int64
	// waits are how long each sale took to be seen; late is for how long one was not when the time was over.
	waits []time.Duration
	late  time.Duration
}

// newProbe puts the product of a probe on sale.
func newProbe(s *store, till *sql.DB, number int64) *probe {
	p := &probe{store: s, till: till, product: 900_000 + number}
	p.exec(`INSERT INTO products (id, name, productcategory, pricepoint) VALUES ($1, 'Probe', 1, '0,1,5.00:1,1,5.00')`)
	p.exec(`INSERT INTO inventory (id, productid) VALUES (CAST(9000000000000000 + $1 AS text), $1)`)
	p.stock(1)
	return p
}

// stock has so many of the product in the shop.
func (p *probe) stock(n int) {
	p.exec(`UPDATE inventory SET remainingweight = $2, roomdata = $3 WHERE productid = $1`, n,
		fmt.Sprintf("0,%d", n))
}

// exec runs a statement about the product.
func (p *probe) exec(query string, args ...any) {
	if _, err := p.till.ExecContext(p.Context(), query, append([]any{p.product}, args...)...); err != nil {
		p.Fatalf("probe: %s: %w", query, err)
	}
}

// watch sells the last one, waits until the product is off the menu, puts one back, and waits until that is on it
// again. Some time passes before each sale: just after a pass has ended, the next one is always as far away.
func (p *probe) watch(on func() bool) {
	menu, err := sql.Open(p.judged.Driver, p.judged.URL+map[string]string{
		"sqlite": "?mode=ro&_pragma=busy_timeout(60000)",
	}[p.judged.Driver])
	p.Check(err)
	defer menu.Close()
	if p.judged.Driver == "sqlite" {
		// Passes must find the file as a killed one left it: a connection that stays would keep its log open.
		menu.SetMaxIdleConns(-1)
	}
	chance := rand.New(rand.NewPCG(p.seed, 2))
	for p.shows(on, menu, 1) {
		pause(chance, on, 2000)
		began := time.Now()
		p.stock(0)
		if !p.shows(on, menu, 0) {
			p.late = time.Since(began)
			return
		}
		p.waits = append(p.waits, time.Since(began))
		p.stock(1)
	}
}

// shows waits until so many of the probe's products are on the menu, and reports whether they are.
func (p *probe) shows(on func() bool, menu *sql.DB, want int) bool {
	const query = `SELECT count(*) FROM products WHERE store_id = $1 AND product_id = $2 AND on_menu`
	for on() {
		var n int
		if err := menu.QueryRowContext(p.Context(), query, p.judged.ID, p.product).Scan(&n); err != nil {
			p.Fatalf("%s: read the menu: %w", p.kind, err)
		}
		if n == want {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// report prints how long sales took to be seen.
func (p *probe) report() {
	slices.Sort(p.waits)
	fmt.Fprintf(p.Stdout, "%s: the menu showed a sale after %.2f s (p50), %.2f s (p99), %.2f s at most; %d sales",
		p.kind, p.percentile(50), p.percentile(99), p.percentile(100), len(p.waits))
	if p.late > 0 {
		fmt.Fprintf(p.Stdout, "; one was %.2f s old when the time was over", p.late.Seconds())
	}
	fmt.Fprintln(p.Stdout)
}

// percentile returns the wait, in seconds, that so many of a hundred do not exceed. The waits are in order.
func (p *probe) percentile(of int) float64 {
	if len(p.waits) == 0 {
		return math.NaN()
	}
	return p.waits[(len(p.waits)*of+99)/100-1].Seconds()
}
