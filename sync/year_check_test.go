package sync_test

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// compare holds dry runs against runs, and the store against the oracle.
func (y *yearShop) compare() {
	y.Helper()
	y.now = y.now.Add(time.Minute)
	y.setClocks(y.now, 0)
	for _, stream := range yearStreams {
		dry := y.opts
		dry.DryRun = true
		forecast, err := y.try(stream.Pass, dry)
		if err != nil {
			y.wrong(err.Error())
		}
		result := y.pass(stream.Pass)
		y.tally.passes += 2
		forecast.DryRun, forecast.PassID, forecast.Position = false, result.PassID, result.Position
		// A dry run looks for none.
		result.Notices = nil
		if diff := cmp.Diff(forecast, result); diff != "" {
			y.wrong("-dry run +run:\n" + diff)
		}
	}
	y.verify("after the dry runs", yearStreams...)
	y.checkAccounts("pass by pass")
}

// checkAccounts holds the store against the oracle: its rows against the till's, and all points against those rows.
// Each order was judged under the version in force when it was completed, but where a full pass has judged it since.
func (y *yearShop) checkAccounts(when string) oracle.Account {
	y.Helper()
	actual, expected := y.store.Actual(), y.expected()
	options := lingering
	options.Streams = []string{oracle.StreamCustomers, oracle.StreamOrders, oracle.StreamProducts}
	wrong := oracle.Diff(expected, actual, options)
	oracle.Report(y, wrong)
	full := y.store.Rows(`SELECT COALESCE(full_pass_id, 0) FROM points_programs ORDER BY version`)
	for i := range y.versions {
		_, err := fmt.Sscan(string(full[i][0]), &y.versions[i].FullPass)
		must(0, err)
	}
	books := oracle.Books{
		Customers: actual.Customers, Orders: actual.Orders, Adjustments: oracle.AdjustmentsOf(actual),
		Versions: y.versions, SamePerson: oracle.SamePersonOf(actual), Present: moment(shop.Text(y.clock())),
		Judged: map[string]int64{},
	}
	for key, judged := range oracle.JudgedOf(actual, y.versions) {
		books.Judged[key] = judged.Version
		inForce := books.InForce(judged.At)
		if judged.Version != inForce.Number && y.versions[judged.Version-1].FullPass == 0 {
			y.Errorf("order %s is judged under version %d, want %d", key, judged.Version, inForce.Number)
		}
	}
	account := oracle.AccountOf(actual)
	if diff := cmp.Diff(books.Account(), account); diff != "" {
		y.Errorf("%s (-oracle +ledger):\n%s", when, diff)
	}
	if y.Failed() {
		y.wrong(when + ": the store is not what it should be")
	}
	y.tally.compared(expected, actual, account)
	return account
}

// fromNothing: a points pass over the same orders gives what was given pass by pass. Only which id of a person is the
// one that is enrolled may differ: pass by pass it is the one that was known first.
func (y *yearShop) fromNothing() {
	y.Helper()
	built, actual := y.checkAccounts("in the end"), y.store.Actual()
	y.tally.add(actual.Ledger)
	gaveWay := oracle.SamePersonOf(actual)
	y.forgetLines()
	y.pass(sync.Points.Pass)
	anew := y.checkAccounts("from nothing")
	gaveWayAnew := oracle.SamePersonOf(y.store.Actual())
	for id := range gaveWay {
		if !gaveWayAnew[id] {
			y.tally.otherIDs++
			leaveOut(id, built, anew)
		}
	}
	for id := range gaveWayAnew {
		if !gaveWay[id] {
			leaveOut(id, built, anew)
		}
	}
	if diff := cmp.Diff(built, anew); diff != "" {
		y.wrong("-pass by pass +from nothing:\n" + diff)
	}
}

// leaveOut removes from accounts what depends on the enrollment of a customer.
func leaveOut(id string, accounts ...oracle.Account) {
	for _, a := range accounts {
		delete(a.Enrollments, id)
		delete(a.Balances, id)
		delete(a.WriteOffs, id)
		maps.DeleteFunc(a.Expiries, func(key oracle.ExpiryKey, _ int64) bool { return key.CustomerID == id })
	}
}

// otherStore: another store of the same till, made by one pass of each stream under today's rules, has for each order
// what a full pass makes of it here: but not what had expired under earlier rules.
func (y *yearShop) otherStore() {
	y.Helper()
	y.full(sync.Points.Pass)
	anew := y.checkAccounts("judged anew")
	other := &yearShop{fixture: newFixture(y.TB, y.store.Kind, y.till), now: y.now, rules: y.rules}
	other.opts, other.skew = y.opts, y.skew
	other.passes()
	other.versions = []oracle.Version{{Number: 1, Program: y.rules}}
	fresh := other.checkAccounts("in another store")
	other.verify("in another store", yearStreams...)
	// Who was deleted outright at the till is no customer there.
	customers := other.store.Actual().Customers
	maps.DeleteFunc(anew.Orders, func(key oracle.PointsKey, _ int64) bool {
		_, known := customers[key.CustomerID]
		return !known
	})
	if diff := cmp.Diff(anew.Orders, fresh.Orders); diff != "" {
		y.wrong("-judged anew +in another store:\n" + diff)
	}
}

// yearTally counts what has happened and what was compared.
type yearTally struct {
	days, changes, passes, verifications int
	comparisons, rows, accounts          int
	orders, customers, lines             int
	awarded, enrolled, corrected         int64
	expired, givenBack, writtenOff       int64
	otherIDs                             int
}

func (t *yearTally) compared(expected oracle.Expected, actual *oracle.Actual, account oracle.Account) {
	t.comparisons++
	t.rows += len(expected.Customers) + len(expected.Orders) + len(expected.Products)
	t.accounts += len(account.Orders) + len(account.Enrollments) + len(account.Expiries) + len(account.WriteOffs) +
		len(account.Balances)
	t.orders, t.customers = len(actual.Orders), len(actual.Customers)
}

// add adds up what a ledger has.
func (t *yearTally) add(ledger []oracle.LedgerLine) {
	t.lines = len(ledger)
	for _, line := range ledger {
		switch {
		case line.Kind == "award":
			t.awarded += line.Points
		case line.Kind == "enrollment":
			t.enrolled += line.Points
		case line.Kind == "expiry" && line.Points < 0:
			t.expired -= line.Points
		case line.Kind == "expiry":
			t.givenBack += line.Points
		case line.Kind == "write_off":
			t.writtenOff += line.Points
		default:
			t.corrected += line.Points
		}
	}
}

func (t *yearTally) String() string {
	var parts []string
	for field, value := range reflect.ValueOf(*t).Fields() {
		parts = append(parts, fmt.Sprint(field.Name, " ", value))
	}
	return strings.Join(parts, ", ")
}
