package main

// peakLimit is how much memory, in MiB, the binary may take at most.
const peakLimit = 64

// task is one row of the table.
type task struct {
	id, name     string
	once         []step   // before the first pair of runs
	each         []step   // before every pair
	ours         []string // the binary's command line
	yardstickSQL string   // its script; empty: there is none
	database     string   // where the script runs; empty: in the yardstick's store
	repeat       int      // how often each side runs in a pair; 0: once
	check        step     // after every pair
	target       float64  // the ratio to stay within; 0: none
	wal          float64  // MB to stay within; 0: none
}

// What both sides of a task must have made alike. The texts are understood by PostgreSQL and SQLite.
const (
	customersMade = `SELECT count(*) || ' customers, ' || COALESCE(sum(CASE WHEN active THEN 1 ELSE 0 END),
		0) || ' active' FROM customers`
	ordersMade = `SELECT count(*) || ' orders of ' || COALESCE(sum(CAST(round(total * 100) AS bigint)),
		0) || ' cents' FROM orders`
	menuMade   = `SELECT COALESCE(sum(floor(quantity)), 0) || ' units' FROM products WHERE quantity > 0`
	pointsMade = `SELECT count(*) || ' lines of ' || COALESCE(sum(points), 0) || ' points' FROM points_ledger`
)

var (
	syncCustomers = []string{"sync", "customers"}
	syncOrders    = []string{"sync", "orders"}
	syncProducts  = []string{"sync", "products", "--member-level", "0", "--rooms", "0"}
	recompute     = []string{"points", "recompute"}
)

// full is a command line that looks at everything again.
func full(args []string) []string { return append(args[:len(args):len(args)], "--full") }

// tasks are the table's rows.
func tasks() []task {
	sold := []step{freshStores, pass(syncCustomers...), pass(syncOrders...)}
	firstOrders := task{
		id: "orders-first", name: "orders, first pass", each: []step{freshStores}, ours: syncOrders,
		yardstickSQL: "orders.sql",
		check:        alike(ordersMade), target: 0.80,
	}
	firstOrdersSQLite := firstOrders
	firstOrdersSQLite.id, firstOrdersSQLite.name = "orders-first-sqlite", "orders, first pass, SQLite"
	firstOrdersSQLite.once, firstOrdersSQLite.target = []step{embedded}, 1.1
	return []task{
		{id: "customers-first", name: "customers, first pass", each: []step{freshStores}, ours: syncCustomers,
			yardstickSQL: "customers.sql", check: alike(customersMade)},
		firstOrders,
		firstOrdersSQLite,
		{id: "orders-full", name: "orders, --full over identical data",
			once: append(sold, fill("orders.sql"), vacuumStores),
			ours: full(syncOrders), yardstickSQL: "orders.sql", check: alike(ordersMade), target: 0.70, wal: 5},
		{id: "customers-full", name: "customers, --full over identical data",
			once: []step{freshStores, pass(syncCustomers...), fill("customers.sql"), vacuumStores},
			ours: full(syncCustomers), yardstickSQL: "customers.sql", check: alike(customersMade), wal: 5},
		{id: "orders-unchanged", name: "orders, nothing changed",
			once: append(sold, fill("orders.sql"), vacuumStores, pass(syncOrders...)),
			each: []step{markSince}, ours: syncOrders, yardstickSQL: "unchanged.sql", database: sourceDB, repeat: 5,
			check: alike(ordersMade), target: 1.3},
		{id: "orders-changed", name: "orders, 1,000 changed", once: append(sold, fill("orders.sql"), vacuumStores),
			each: []step{markSince, changeTickets}, ours: syncOrders, yardstickSQL: "orders.sql",
			check: alike(ordersMade), target: 1.0},
		{id: "products-unchanged", name: "products, nothing changed", once: []step{freshStores, pass(syncProducts...)},
			ours: syncProducts, yardstickSQL: "menu.sql", database: sourceDB, repeat: 3,
			check: agree(menuMade, sourceDB, menuStock()), target: 1.5},
		{id: "products-changed", name: "products, 1 % of the lots changed",
			once: []step{freshStores, pass(syncProducts...)},
			each: []step{changeLots}, ours: syncProducts, yardstickSQL: "menu.sql", database: sourceDB,
			check: agree(menuMade, sourceDB, menuStock()), target: 1.5},
		{id: "points-first", name: "points, first pass", once: append(sold, vacuumStores, saveStore),
			each: []step{restoreStores},
			ours: recompute, yardstickSQL: "points_first.sql", check: alike(pointsMade), target: 1.2},
		{id: "points-full", name: "points, --full over a filled ledger",
			once: append(sold, saveStore, restoreStores, pass(recompute...), fill("points_first.sql"), vacuumStores),
			ours: full(recompute), yardstickSQL: "points_full.sql", check: alike(pointsMade), target: 1.2},
		{id: "points-changed", name: "points, 1,000 orders changed",
			once: append(sold, pass(recompute...), vacuumStores),
			each: []step{changeTickets, pass(syncOrders...)}, ours: recompute, check: ledgerRight},
	}
}

// taskIDs are what --only knows the tasks by.
func taskIDs() []string {
	var ids []string
	for _, t := range tasks() {
		ids = append(ids, t.id)
	}
	return ids
}
