package sync_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// TestAnyHistory lets random things happen at the till, between and during passes of any stream and mode, and then
// holds the store against the rules. A failure prints the draws that lead to it.
func TestAnyHistory(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		layouts := biotracktest.Layouts()
		s := newShop(t, kind, layouts[len(kind)%len(layouts)])
		s.opts.BatchSize = 3
		s.makeSpares()
		s.pass(sync.Customers.Pass)
		// There is room below for serials.
		s.till.Exec(`SELECT setval(pg_get_serial_sequence('tickets', 'ticketserial'), 100000)`)
		var cuts int
		defer func() {
			if cuts == 0 {
				t.Error("no pass was cut off")
			}
			t.Logf("%d passes were cut off", cuts)
		}()
		rapid.Check(t, func(r *rapid.T) {
			h := &history{fixture: s, r: r, cuts: &cuts}
			h.reset()
			r.Cleanup(h.rollBackLate)
			r.Repeat(map[string]func(*rapid.T){
				"sell":            h.sell,
				"refund":          h.refund,
				"exchange":        h.exchange,
				"by transaction":  h.refundByTransaction,
				"change ticket":   h.changeTicket,
				"enrol":           h.enrol,
				"change customer": h.changeCustomer,
				"begin late":      h.beginLate,
				"commit late":     h.commitLate,
				"stock":           h.stock,
				"price":           h.price,
				"quarantine":      h.quarantine,
				"pass":            h.anyPass,
				"cut off":         h.cutOff,
				"move":            h.move,
				"settings":        h.settings,
				"menu settings":   h.menuSettings,
				"at once":         h.atOnce,
				"delete":          h.delete,
				"renumber":        h.renumber,
				"load again":      h.loadAgain,
				"customer's id":   h.changeCustomerID,
				"forget":          h.forget,
				"verify":          h.verify,
				"repair":          h.repair,
				"copy table":      h.copyTable,
				"swap":            h.swap,
				"partition":       h.partition,
				"reuse":           h.reuse,
			})
			h.end()
		})
	})
}

// history is one random course of events.
type history struct {
	*fixture
	r *rapid.T
	// late is a transaction that stays open over passes, nil for none.
	late *sql.Tx
	// vanished says that something is gone without a trace, which only full passes find.
	vanished bool
	// relabelled says that a lot went to another product: nothing at the till tells which one lost it.
	relabelled bool
	// attached says that the archive is part of the tickets, and swapped that a table is not what the passes knew:
	// until they have read everything again, verifications cannot tell what is newer.
	attached, swapped bool
	// transactions is how many tickets have got a transaction.
	transactions int
	// cuts counts the passes that were cut off, in all histories.
	cuts *int
}

// reset empties the till, the store and the state folder.
func (h *history) reset() {
	h.opts.Locations, h.opts.Menu, h.forgotten = nil, menu.Settings{Level: "0"}, make(map[string]bool)
	h.attached = h.till.Value(`SELECT count(*) FROM pg_inherits`) != "0"
	h.attach(false)
	h.swapped = false
	for _, table := range []string{"archive", "spare_tickets", "spare_customers"} {
		h.till.Exec("DELETE FROM " + table)
	}
	h.till.Exec(`DELETE FROM tickets`)
	h.till.Exec(`DELETE FROM customers`)
	h.till.Exec(`DELETE FROM inventory`)
	h.till.Exec(`DELETE FROM products`)
	h.till.Exec(`DELETE FROM productcategories`)
	h.till.Exec(`INSERT INTO productcategories (id, name, pricepoint) VALUES (1, 'Flower', '10')`)
	h.till.Exec(`INSERT INTO inventoryrooms (id, roomname) VALUES (1, 'Floor') ON CONFLICT DO NOTHING`)
	h.till.Exec(`INSERT INTO memberdiscount (id, membername) VALUES (1, 'Member') ON CONFLICT DO NOTHING`)
	others := []string{"passes", "sources", "points_programs", "forgotten_customers"}
	for _, table := range append(others, shop.Tables...) {
		h.store.Exec("DELETE FROM " + table)
	}
	for _, stream := range sync.StreamNames() {
		if _, err := h.state.Remove(stream); err != nil {
			h.Fatal(err)
		}
	}
}

func pick[T any](r *rapid.T, label string, of ...T) T { return rapid.SampledFrom(of).Draw(r, label) }

func (h *history) ticketID() string {
	return pick(h.r, "ticket", "T1", "T2", "T3", "T4", "T5", "T6", "T7")
}

func (h *history) customerID() string {
	return pick(h.r, "customer", "C1", "C2", "C3", " C1", "C2 ", "", "  ")
}

func (h *history) total() any {
	return pick[any](h.r, "total", "10.00", "20.46", "20.96", "0.5", "100", "33.335", "0", "-7", nil, "NaN",
		"1000000000")
}

func (h *history) datetime() any {
	return pick[any](h.r, "datetime", 1_700_000_000, 1_700_000_000, 1_700_000_000, 5, nil)
}

const insertTicket = `INSERT INTO tickets
	(id, customerid, price, tax, totalprice, datetime, refticketid, refundtotalprice, location)
	VALUES ($1, $2, $3, 0, $4, $5, NULLIF($6, ''), $7, $8)`

func (h *history) location() any { return pick[any](h.r, "location", 1, 1, 2, nil) }

func (h *history) sell(*rapid.T) {
	total := h.total()
	h.till.Exec(insertTicket, h.ticketID(), h.customerID(), total, total, h.datetime(), "", 0, h.location())
}

// refundedID is an order's that is given money back of; T9 is none's.
func (h *history) refundedID() string { return pick(h.r, "refunded", h.ticketID(), h.ticketID(), "T9") }

func (h *history) refund(*rapid.T) {
	target := h.refundedID()
	if rapid.Bool().Draw(h.r, "negative") {
		h.till.Exec(insertTicket, h.ticketID(), "C1", "0", pick(h.r, "given", "-5", "-10", "-100"), h.datetime(),
			target, 0, h.location())
		return
	}
	h.till.Exec(insertTicket, h.ticketID(), "C1", "0", "0", h.datetime(), target, pick(h.r, "given", "5", "10", "100"),
		h.location())
}

// exchange sells something for what another order gives back, and more.
func (h *history) exchange(*rapid.T) {
	total := pick(h.r, "total", "20", "0.5", "100")
	h.till.Exec(insertTicket, h.ticketID(), "C1", total, total, h.datetime(), h.refundedID(),
		pick(h.r, "given", "5", "10", "-10", "100"), h.location())
}

// refundByTransaction refunds an order that it names by its transaction alone.
func (h *history) refundByTransaction(*rapid.T) {
	target := h.ticketID()
	h.transactions++
	h.till.Exec(`UPDATE tickets SET transactionid = $1 WHERE transactionid IS NULL
		AND ticketserial = (SELECT max(ticketserial) FROM tickets WHERE id = $2)`, h.transactions, target)
	h.till.Exec(`INSERT INTO tickets (id, customerid, totalprice, datetime, location, transactionid_original)
		SELECT $1, 'C1', $2, $3, $4,
			COALESCE((SELECT max(transactionid) FROM tickets WHERE id = $5), 999999)`,
		h.ticketID(), pick(h.r, "given", "-5", "-10", "-100"), h.datetime(), h.location(), target)
}

// changeTicket touches no column of time.
func (h *history) changeTicket(*rapid.T) {
	change := pick(h.r, "change",
		"deleted = 1", "deleted = 0", "deleted = NULL", "pif = 0", "pif = 1", "preorder = 1", "refundtotalprice = 4",
		"refundtotalprice = 0", "totalprice = 55.555", "totalprice = NULL", "datetime = 1700000001", "datetime = 1",
		"datetime = 1700000001000",
		"customerid = 'C2'", "customerid = NULL", "refticketid = 'T2'", "refticketid = NULL", "tax = 'NaN'", "tax = 1")
	h.till.Exec("UPDATE tickets SET "+change+" WHERE id = $1 AND ticketserial % 2 = $2", h.ticketID(),
		pick(h.r, "half", 0, 1))
}

func (h *history) enrol(*rapid.T) {
	h.till.Exec(`INSERT INTO customers (customerid, firstname, email, phone) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`,
		h.customerID(), pick(h.r, "name", "Ann", " Bob ", "", "Zoë"), pick(h.r, "email", "A@Example.test", ""),
		pick(h.r, "phone", "303-555-0199", "12"))
}

func (h *history) changeCustomer(*rapid.T) {
	change := pick(h.r, "change", "firstname = 'Cem'", "deleted = 1", "deleted = 0", "cell = '3035550123'",
		"cell = 'n/a'", "cell = '000'", "cell = '0000000000'", "cell = NULL", "phone = '303-555-0188'",
		"phone = 'none'",
		"email = NULL")
	h.till.Exec("UPDATE customers SET "+change+" WHERE customerid = $1", h.customerID())
}

// stock brings, moves, spends and spoils lots.
func (h *history) stock(*rapid.T) {
	lot, product := pick(h.r, "lot", "1", "2", "3"), pick(h.r, "product", 1, 2, 3)
	h.till.Exec(`INSERT INTO inventory (id, productid, remainingweight, currentroom) VALUES ($1, $2, 5, 0)
		ON CONFLICT DO NOTHING`, lot, product)
	change := pick(h.r, "change",
		"roomdata = '0,3:1,4'", "roomdata = '1,7'", "roomdata = ''", "roomdata = 'odd'", "roomdata = NULL",
		"roomdata = '0,5:1,2:'", "roomdata = '0;12'", "roomdata = '0,1e3'", "remainingweight = NULL", "dispensed = 1",
		"dispensed = 0", "remainingweight = 0", "remainingweight = 1e-55", "remainingweight = -1",
		"remainingweight = 2.5", "remainingweight = 'NaN'", "currentroom = 1", "currentroom = 0", "deleted = 1",
		"deleted = 0",
		"transferredout = 1", "expiration = 1", "expiration = 1600000000000", "expiration = 4000000000000",
		"expiration = NULL",
		"productid = 2")
	h.relabelled = h.relabelled || change == "productid = 2"
	h.till.Exec("UPDATE inventory SET "+change+" WHERE id = $1", lot)
}

// quarantine takes a room's stock off sale, and puts it back.
func (h *history) quarantine(*rapid.T) {
	h.till.Exec(`UPDATE inventoryrooms SET quarantine = $1 WHERE id = 1`, pick[any](h.r, "quarantine", 0, 1, nil))
}

// price lists products and moves their prices, to bad ones and back too.
func (h *history) price(*rapid.T) {
	product := pick(h.r, "product", 1, 2, 3)
	h.till.Exec(`INSERT INTO products (id, name, productcategory) VALUES ($1, 'Otter', $2)
		ON CONFLICT DO NOTHING`, product,
		pick[any](h.r, "category", 1, nil))
	change := pick(h.r, "change", "pricepoint = '12'", "pricepoint = 'free'", "pricepoint = NULL",
		"pricepoint = '1,1,9'", "pricepoint = '0,1,0.004'", "pricepoint = '0,0.00001,5'", "pricepoint = '12:0,2,0'",
		"deleted = 1",
		"deleted = 0",
		"requiresweighing = 1", "name = 'Heron'")
	h.till.Exec("UPDATE products SET "+change+" WHERE id = $1", product)
	h.till.Exec("UPDATE productcategories SET pricepoint = $1, name = $2",
		pick(h.r, "category's price", "10", "11", "?", ""), pick[any](h.r, "category's name", "Flower", " Buds", nil))
}

// move takes something to another of the shop's locations.
func (h *history) move(*rapid.T) {
	location := h.location()
	h.elsewhere()
	switch pick(h.r, "what", "ticket", "customer", "lot") {
	case "ticket":
		h.till.Exec(`UPDATE tickets SET location = $1 WHERE id = $2`, location, h.ticketID())
	case "customer":
		h.till.Exec(`UPDATE customers SET location = $1 WHERE customerid = $2`, location, h.customerID())
	case "lot":
		h.till.Exec(`UPDATE inventory SET location = $1 WHERE id = $2`, location, pick(h.r, "lot", "1", "2", "3"))
	}
}

// elsewhere notes that tickets at other locations than those that are synced may have lost their ids: then a refund
// that has not changed may be of another order, which only a full pass finds.
// So may those be that refunds name by their transactions.
func (h *history) elsewhere() {
	h.vanished = h.vanished || len(h.opts.Locations) > 0 ||
		h.till.Value(`SELECT count(*) FROM tickets WHERE transactionid_original IS NOT NULL`) != "0"
}

// renumber gives tickets another id, which others may have.
func (h *history) renumber(*rapid.T) {
	h.elsewhere()
	h.till.Exec(`UPDATE tickets SET id = $1 WHERE id = $2 AND ticketserial % 2 = $3`, h.ticketID(), h.ticketID(),
		pick(h.r, "half", 0, 1))
}

// loadAgain gives the newest ticket of an id the lowest serial of all, far from one that a late sale may hold.
func (h *history) loadAgain(*rapid.T) {
	h.till.Exec(`UPDATE tickets SET ticketserial = (SELECT LEAST(min(ticketserial), 100000) - 1000 FROM tickets)
		WHERE ticketserial = (SELECT max(ticketserial) FROM tickets WHERE id = $1)`, h.ticketID())
}

// changeCustomerID gives a customer another id, on the tickets too.
func (h *history) changeCustomerID(*rapid.T) {
	from, to := h.customerID(), pick(h.r, "new id", "C1", "C4", "C5")
	if len(h.till.Texts(`SELECT customerid FROM customers WHERE customerid = $1`, to)) > 0 {
		return
	}
	h.vanished = h.vanished || h.onlyRepaired(from)
	h.till.Exec(`UPDATE customers SET customerid = $1 WHERE customerid = $2`, to, from)
	h.till.Exec(`UPDATE tickets SET customerid = $1 WHERE customerid = $2`, to, from)
}

// onlyRepaired reports whether the store has a customer of whom no pass remembers the row, as one that a repair
// brought.
func (h *history) onlyRepaired(id string) bool {
	if len(h.store.Rows(fmt.Sprintf(`SELECT 1 FROM customers WHERE customer_id = '%s'`, strings.TrimSpace(id)))) == 0 {
		return false
	}
	w := must(h.state.Read(sync.Customers.Name))
	return w == nil || !slices.ContainsFunc(w.Evidence["customers"].Witnesses, func(row model.Witness) bool {
		return row.Key == url.PathEscape(id)
	})
}

// forget removes a person's name, phone and e-mail from the store, where it has the person.
func (h *history) forget(*rapid.T) {
	id := pick(h.r, "forgotten", "C1", "C2", "C3", "C4")
	_, err := h.try(func(ctx context.Context, env sync.Env, _ sync.Options) (sync.Result, error) {
		return sync.Forget(ctx, env, false, id)
	}, h.opts)
	if _, unknown := errors.AsType[*sync.RefusedError](err); unknown {
		return
	}
	if err != nil {
		h.r.Fatal(err)
	}
	h.forgotten[id] = true
}

// settings has other locations synced, now and then; that takes full passes.
func (h *history) settings(*rapid.T) {
	if !pick(h.r, "really", false, false, true) {
		return
	}
	h.opts.Locations = pick(h.r, "locations", nil, []int64{1}, []int64{1, 2})
	h.full(sync.Customers.Pass)
	h.full(sync.Orders.Pass)
	h.full(sync.Products.Pass)
}

// menuSettings has the menu made by other settings, which takes a full pass.
func (h *history) menuSettings(*rapid.T) {
	h.opts.Menu = menu.Settings{
		Level: pick(h.r, "level", "0", "1"), Rooms: pick(h.r, "rooms", nil, []int64{0, 1}, []int64{1}),
		Reserve: decimals(pick(h.r, "reserve", "0", "2.5")), AllowFree: rapid.Bool().Draw(h.r, "free"),
	}
	h.full(sync.Products.Pass)
}

// fuse is a context that ends after it has been looked at so many times, wherever in a pass that is.
type fuse struct {
	context.Context
	left atomic.Int64
	burn context.CancelFunc
}

func newFuse(ctx context.Context, looks int) *fuse {
	f := &fuse{}
	f.Context, f.burn = context.WithCancel(ctx)
	f.left.Store(int64(looks))
	return f
}

// Err looks at the context.
func (f *fuse) Err() error {
	if f.left.Add(-1) < 0 {
		f.burn()
	}
	return f.Context.Err()
}

// Done looks at the context.
func (f *fuse) Done() <-chan struct{} {
	if f.left.Add(-1) < 0 {
		f.burn()
	}
	return f.Context.Done()
}

// cutOff stops a pass somewhere.
func (h *history) cutOff(*rapid.T) {
	opts := h.opts
	opts.Full = pick(h.r, "full", false, false, true)
	run := pick[pass](h.r, "stream", sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass, sync.Points.Pass)
	f := newFuse(h.Context(), rapid.IntRange(1, 400).Draw(h.r, "looks"))
	defer f.burn()
	source, store := h.openSource(), h.openStore()
	defer source.Close()
	defer store.Close()
	_, err := run(f, h.env(source, store), opts)
	switch {
	case err != nil && f.Context.Err() == nil:
		h.r.Fatal(err)
	case err != nil:
		*h.cuts++
	}
}

// atOnce makes passes of all streams at the same time.
func (h *history) atOnce(*rapid.T) {
	var group errgroup.Group
	for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass, sync.Points.Pass} {
		source, store := h.openSource(), h.openStore()
		group.Go(func() error {
			defer source.Close()
			defer store.Close()
			_, err := run(h.Context(), h.env(source, store), h.opts)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		h.r.Fatal(err)
	}
}

func (h *history) anyPass(*rapid.T) {
	run := pick[pass](h.r, "stream", sync.Customers.Pass, sync.Orders.Pass, sync.Orders.Pass, sync.Points.Pass,
		sync.Products.Pass)
	if pick(h.r, "full", false, false, false, true) {
		h.full(run)
		return
	}
	h.pass(run)
}

func (h *history) delete(*rapid.T) {
	if !pick(h.r, "really", false, false, true) {
		return
	}
	h.vanished = true
	h.till.Exec(`DELETE FROM tickets WHERE id = $1 AND ticketserial % 2 = $2`, h.ticketID(), pick(h.r, "half", 0, 1))
	h.till.Exec(`DELETE FROM customers WHERE customerid = $1`, h.customerID())
}

// verify finds nothing wrong, whatever has happened at the till since the last passes: what they have not seen yet is
// newer.
func (h *history) verify(*rapid.T) {
	stream := h.anyStream()
	w, err := h.state.Read(stream.Name)
	if err != nil {
		h.r.Fatal(err)
	}
	unknown := (h.vanished || h.swapped) && stream != sync.Points || h.relabelled && stream == sync.Products
	if w == nil || w.Unfinished != nil || unknown {
		return
	}
	result := h.pass(verification(stream, false))
	if result.Findings.Total() != 0 {
		h.r.Errorf("%s: %+v", stream.Name, result.Findings)
	}
}

// repair brings everything over, to the very rows that a full pass would write; what it leaves the next passes do.
func (h *history) repair(*rapid.T) {
	stream := h.anyStream()
	h.pass(verification(stream, true))
	again := h.pass(verification(stream, false))
	if again.Findings.Total() != 0 {
		h.r.Errorf("%s after a repair: %+v", stream.Name, again.Findings)
	}
}

func (h *history) anyStream() *sync.Stream {
	return sync.StreamNamed(pick(h.r, "stream", sync.StreamNames()...))
}

func verification(stream *sync.Stream, repair bool) pass {
	return func(ctx context.Context, env sync.Env, opts sync.Options) (sync.Result, error) {
		opts.Repair = repair
		return stream.Verify(ctx, env, opts)
	}
}

// end brings everything over and compares.
func (h *history) end() {
	h.commitLate(h.r)
	if h.vanished {
		h.full(sync.Customers.Pass)
		h.full(sync.Orders.Pass)
	}
	h.passes()
	// Customers of other locations come once orders name them.
	h.passes()
	for _, d := range h.differences(lingering) {
		h.r.Error(fmt.Sprint(d))
	}
}
