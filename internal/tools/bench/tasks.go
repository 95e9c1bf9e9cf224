package main

import "github.com/blackbirdctl/blackbirdctl/internal/tools/lab"

const (
	// peakLimit is how much memory, in MiB, the binary may take at most.
	peakLimit = 64
	// fewRejects is how many tickets a till has that no order can be made of, manyRejects how many a neglected one.
	fewRejects, manyRejects = 5, 50
)

// task is one row of the table.
type task struct {
	id, name   string
	rejects    int      // at the till; 0: fewRejects
	filled     string   // what once makes: a task goes on with what one of the same name before it leaves unchanged
	once       []step   // before the first pair of runs
	each       []step   // before every pair
	ours       []string // the binary's command line
	yardstick  side     // nil: there is none
	peerTable  string   // what a peer brings over; empty: it has no part in the task
	repeat     int      // how often each side runs in a pair; 0: once
	check      step     // after every pair
	target     float64  // the ratio to stay within; 0: none
	peerTarget float64  // the same, to a peer
	seconds    float64  // to stay within; 0: none
	wal        float64  // MB to stay within; 0: none
	brief      bool     // among the lines for users
}

// side is what the binary is measured against.
type side func(r *rig) lab.Command

// psql runs a script in a database.
func psql(database, script string) side {
	return func(r *rig) lab.Command { return r.script(database, script) }
}

// itself is another command of the binary.
func itself(args ...string) side {
	return func(r *rig) lab.Command { return r.binary(args...) }
}

// What both sides of a task must have made alike. The texts are understood by PostgreSQL and SQLite.
const (
	customersMade = `SELECT count(*) || ' customers, ' || COALESCE(sum(CASE WHEN active THEN 1 ELSE 0 END),
		0) || ' active' FROM customers`
	ordersMade = `SELECT count(*) || ' orders of ' || COALESCE(sum(CAST(round(total * 100) AS bigint)),
		0) || ' cents' FROM orders`
	menuMade   = `SELECT CAST(COALESCE(sum(floor(quantity)), 0) AS bigint) || ' units' FROM products WHERE quantity > 0`
	pointsMade = `SELECT count(*) || ' lines of ' || COALESCE(sum(points), 0) || ' points' FROM points_ledger`
)

var (
	menuOptions   = []string{"--member-level", "0", "--rooms", "0"}
	syncAll       = append([]string{"sync", "all"}, menuOptions...)
	syncCustomers = []string{"sync", "customers"}
	syncOrders    = []string{"sync", "orders"}
	syncProducts  = append([]string{"sync", "products"}, menuOptions...)
	recompute     = []string{"points", "recompute"}
	verify        = append([]string{"verify"}, menuOptions...)
)

// full is a command line that looks at everything again.
func full(args []string) []string { return append(args[:len(args):len(args)], "--full") }

// tasks are the table's rows: of each store its own.
func tasks() []task {
	all := append(orderTasks(), productAndPointsTasks()...)
	all = append(all, verifyTasks()...)
	for _, t := range all {
		switch t.id {
		case "orders-first", "orders-full", "orders-changed", "orders-quiet", "products-unchanged",
			"products-changed", "points-full", "verify", "verify-customers", "verify-orders", "verify-products",
			"verify-points":
			all = append(all, onSQLite(t))
		}
	}
	return all
}

// onSQLite is a task on the embedded store. Nothing but the till is on the server then.
func onSQLite(t task) task {
	t.id, t.name, t.once = t.id+"-sqlite", t.name+", SQLite", append([]step{embedded}, t.once...)
	t.peerTable, t.wal, t.brief = "", 0, t.id == "orders-first-sqlite"
	if t.filled != "" {
		t.filled += ", SQLite"
	}
	if t.brief {
		t.target = 1.0
	}
	return t
}

// sold fills the stores with customers and orders.
func sold() []step {
	return []step{freshStores, pass(syncCustomers...), pass(syncOrders...), fill("orders.sql"), fillPeer, vacuumStores}
}

// customersMatch, ordersMatch and menuMatches check what a task has made.
var (
	customersMatch = alike(customersMade)
	ordersMatch    = alike(ordersMade)
	menuMatches    = agree(menuMade, sourceDB, menuStock())
)

// orderTasks are those of customers and orders.
func orderTasks() []task {
	settled := append(sold(), pass(syncOrders...))
	first, all := psql(yardstickDB, "orders.sql"), psql(yardstickDB, "customers.sql")
	scans := psql(sourceDB, "unchanged.sql")
	return []task{
		{id: "customers-first", name: "customers, first pass", each: []step{freshStores}, ours: syncCustomers,
			yardstick: all, peerTable: "customers", check: customersMatch, target: 1.3, brief: true},
		{id: "orders-first", name: "orders, first pass", each: []step{freshStores}, ours: syncOrders, yardstick: first,
			peerTable: "tickets", check: ordersMatch, target: 0.6, peerTarget: 0.7, brief: true},
		{id: "orders-located", name: "orders, first pass, --locations with all of them", each: []step{freshStores},
			ours: append(syncOrders[:2:2], "--locations", "1,2,3"), yardstick: first, check: ordersMatch},
		{id: "orders-full", name: "orders, --full over identical rows", once: sold(), ours: full(syncOrders),
			yardstick: first, peerTable: "tickets", check: ordersMatch, target: 0.8, wal: 5},
		{id: "customers-full", name: "customers, --full over identical rows",
			once: []step{freshStores, pass(syncCustomers...), fill("customers.sql"), fillPeer, vacuumStores},
			ours: full(syncCustomers), yardstick: all, peerTable: "customers", check: customersMatch, wal: 5},
		{id: "orders-unchanged", name: "orders, nothing changed", once: settled, each: []step{markSince},
			ours: syncOrders, yardstick: scans, peerTable: "tickets", repeat: 5, check: ordersMatch, target: 1.3,
			brief: true},
		{id: "orders-rejects", name: "orders, nothing changed, 50 rejects", rejects: manyRejects, once: settled,
			each: []step{markSince}, ours: syncOrders, yardstick: scans, repeat: 5, check: ordersMatch, target: 1.3},
		{id: "orders-quiet", name: "orders, nothing written at the till", once: append([]step{elsewhere}, settled...),
			each: []step{markSince}, ours: syncOrders, yardstick: scans, repeat: 5, check: ordersMatch, seconds: 0.06,
			brief: true},
		{id: "orders-changed", name: "orders, 1,000 changed", once: sold(), each: []step{markSince, changeTickets},
			ours: syncOrders, yardstick: first, peerTable: "tickets", check: ordersMatch, target: 0.9, brief: true},
	}
}

// productAndPointsTasks are those of the menu and the points.
func productAndPointsTasks() []task {
	shown, menu := []step{freshStores, pass(syncProducts...)}, psql(sourceDB, "menu.sql")
	return []task{
		{id: "products-unchanged", name: "products, nothing changed", once: shown, ours: syncProducts, yardstick: menu,
			repeat: 3, check: menuMatches, target: 1.2, brief: true},
		{id: "products-changed", name: "products, 1 % of the lots changed", once: shown, each: []step{changeLots},
			ours: syncProducts, yardstick: menu, check: menuMatches, target: 1.5},
		{id: "points-first", name: "points, first pass", once: append(sold(), saveStore), each: []step{restoreStores},
			ours: recompute, yardstick: psql(yardstickDB, "points_first.sql"), check: alike(pointsMade), target: 1.2,
			brief: true},
		{id: "points-full", name: "points, --full over a filled ledger",
			once: append(sold(), pass(recompute...), copyToYardstick, vacuumStores),
			ours: full(recompute), yardstick: psql(yardstickDB, "points_full.sql"), check: alike(pointsMade),
			target: 1.0},
		{id: "points-changed", name: "points, 1,000 orders changed",
			once: append(sold(), pass(recompute...), vacuumStores),
			each: []step{changeTickets, pass(syncOrders...)}, ours: recompute, check: ledgerRight},
	}
}

// verifyTasks compare everything with the till. Their yardstick is to read it again.
func verifyTasks() []task {
	filled := append(sold(), pass(syncProducts...), pass(recompute...), vacuumStores)
	made := []task{{id: "verify", name: "verify of everything", filled: "verified", once: filled, ours: verify,
		yardstick: itself(full(syncAll)...), check: ordersMatch, target: 1.2, brief: true}}
	for _, again := range [][]string{syncCustomers, syncOrders, syncProducts, recompute} {
		stream := again[1]
		if stream == "recompute" {
			stream = "points"
		}
		made = append(made, task{id: "verify-" + stream, name: "verify of " + stream, filled: "verified",
			once: filled, ours: append([]string{"verify", stream}, menuOptions...), yardstick: itself(full(again)...),
			check: ordersMatch})
	}
	return made
}

// taskIDs are what --only knows the tasks by.
func taskIDs() []string {
	var ids []string
	for _, t := range tasks() {
		ids = append(ids, t.id)
	}
	return ids
}
