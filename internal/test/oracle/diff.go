package oracle

import (
	"fmt"
	"maps"
	"slices"
	"sort"
)

// The kinds of problem that a Difference reports.
const (
	ProblemMissing   = "missing"
	ProblemExtra     = "extra"
	ProblemDifferent = "different"
	ProblemSpelling  = "spelling"
	ProblemLedger    = "ledger"
	ProblemBalance   = "balance"
	ProblemPass      = "pass"
	ProblemStamp     = "stamp"
)

// Difference is one thing that is not as it must be.
type Difference struct {
	Stream, Key, Problem, Field, Want, Got string
}

// String describes the difference on one line.
func (d Difference) String() string {
	if d.Field == "" {
		return fmt.Sprintf("%s %q: %s %s", d.Stream, d.Key, d.Problem, d.Got)
	}
	return fmt.Sprintf("%s %q: %s %s: want %s, got %s", d.Stream, d.Key, d.Problem, d.Field, d.Want, d.Got)
}

// Options say what of a store's history a comparison lets pass. The zero value is for a store that was made from
// nothing, or that must look as if it had been.
type Options struct {
	// Streams to compare; none: all.
	Streams []string
	// AllowRemoved lets the store hold more than expected where that is marked as gone: orders removed, customers
	// inactive, products off the menu.
	AllowRemoved bool
	// KeepRejected lets the store hold an older row of a key that is in rejects; the row itself is not compared then.
	// An older row of a refund still counts for the order that it refunds.
	KeepRejected bool
	// AllowRunning lets passes be left running.
	AllowRunning bool
	// AnySpelling lets a SQLite store spell numbers, times and truth values in any way that can be read.
	AnySpelling bool
	// Fresh says that every award was made under the settings at hand and nothing has changed since: each line's
	// rules, kind and basis amount are compared, and the ledger with Expected.Points.
	Fresh bool
	// RulesOf gives the rules under which an order that has ledger lines earns. Where nil or false: rate, multiplier
	// and basis of the order's latest line. An order without lines is under the settings' rules.
	RulesOf func(orderID string) (Rules, bool)
}

// compares reports whether a stream is to be compared.
func (o Options) compares(stream string) bool {
	return len(o.Streams) == 0 || slices.Contains(o.Streams, stream)
}

// Diff lists what the store holds differently from what is expected, in a fixed order.
func Diff(expected Expected, actual *Actual, options Options) []Difference {
	var out []Difference
	if options.compares(StreamCustomers) {
		out = append(out, diffCustomers(expected, actual, options)...)
	}
	if options.compares(StreamOrders) {
		out = append(out, diffOrders(expected, actual, options)...)
	}
	if options.compares(StreamProducts) {
		out = append(out, diffProducts(expected, actual, options)...)
	}
	out = append(out, remembered(expected.Settings.Forgotten, actual)...)
	out = append(out, diffRejects(expected, actual, options)...)
	if options.compares(StreamPoints) {
		out = append(out, Ledger(expected.Settings, actual, options)...)
		out = append(out, diffPoints(expected, actual, options)...)
	}
	out = append(out, Passes(actual, options)...)
	if !options.AnySpelling {
		out = append(out, actual.Spelling...)
	}
	return out
}

// comparison is how rows of one stream are compared.
type comparison[K comparable, V any] struct {
	stream string
	key    func(K) string
	cells  func(V) []cell
	// gone reports whether a row that is not expected is marked as gone.
	gone    func(V) bool
	options Options
	// rejected reports whether the row that counts for a key is in rejects.
	rejected func(K) bool
}

// kept reports whether a key's row is not to be compared.
func (c comparison[K, V]) kept(key K) bool { return c.options.KeepRejected && c.rejected(key) }

// diff compares the rows of one stream.
func (c comparison[K, V]) diff(want, got map[K]V) []Difference {
	var out []Difference
	for key, row := range want {
		other, held := got[key]
		switch {
		case c.kept(key):
		case !held:
			out = append(out, Difference{Stream: c.stream, Key: c.key(key), Problem: ProblemMissing})
		default:
			out = append(out, diffCells(c.stream, c.key(key), c.cells(row), c.cells(other))...)
		}
	}
	for key, row := range got {
		_, expected := want[key]
		if expected || c.kept(key) || (c.options.AllowRemoved && c.gone(row)) {
			continue
		}
		out = append(out, Difference{Stream: c.stream, Key: c.key(key), Problem: ProblemExtra})
	}
	sortDifferences(out)
	return out
}

// diffCells compares two rows column by column.
func diffCells(stream, key string, want, got []cell) []Difference {
	var out []Difference
	for i := range want {
		if want[i].value != got[i].value {
			out = append(out, Difference{stream, key, ProblemDifferent, want[i].column, want[i].value, got[i].value})
		}
	}
	return out
}

// sortDifferences sorts by key, then column.
func sortDifferences(list []Difference) {
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Key != list[j].Key {
			return list[i].Key < list[j].Key
		}
		return list[i].Field < list[j].Field
	})
}

func itself(s string) string { return s }

// rejects reports whether rows of a stream are in rejects.
func (e Expected) rejects(stream string) func(key string) bool {
	return func(key string) bool {
		_, rejected := e.Rejects[RejectKey{stream, key}]
		return rejected
	}
}

func diffCustomers(expected Expected, actual *Actual, options Options) []Difference {
	c := comparison[string, Customer]{StreamCustomers, itself, Customer.cells,
		func(c Customer) bool { return !c.Active }, options, expected.rejects(StreamCustomers)}
	return c.diff(expected.Customers, actual.Customers)
}

func diffOrders(expected Expected, actual *Actual, options Options) []Difference {
	c := comparison[string, Order]{StreamOrders, itself, Order.cells,
		func(o Order) bool { return o.Status == StatusRemoved }, options,
		func(key string) bool { return expected.Uncertain[key] }}
	return c.diff(withKeptOrders(expected, actual, options), actual.Orders)
}

// withKeptOrders works the refunds out again with the older rows of rejected orders that the store still holds, and
// with those of the voided tickets that it has of orders that are voided.
func withKeptOrders(expected Expected, actual *Actual, options Options) map[string]Order {
	orders := maps.Clone(expected.Orders)
	for key := range expected.Uncertain {
		if kept, held := actual.Orders[key]; held && options.KeepRejected {
			orders[key] = kept
		}
	}
	for key := range expected.anyVoided {
		if kept, held := actual.Orders[key]; held && kept.Status == StatusVoided {
			orders[key] = kept
		}
	}
	applyRefunds(orders)
	return orders
}

func diffProducts(expected Expected, actual *Actual, options Options) []Difference {
	c := comparison[int64, Product]{StreamProducts, showInt, Product.cells,
		func(p Product) bool { return !p.OnMenu }, options,
		func(id int64) bool { return expected.rejects(StreamProducts)(showInt(id)) }}
	out := c.diff(expected.Products, actual.Products)
	for id, product := range actual.Products {
		if _, rejected := expected.Rejects[RejectKey{StreamProducts, showInt(id)}]; rejected && product.OnMenu {
			out = append(out, Difference{StreamProducts, showInt(id), ProblemDifferent, "on_menu", "false (rejected)",
				"true"})
		}
	}
	sortDifferences(out)
	return out
}

// diffRejects compares what is rejected and why.
func diffRejects(expected Expected, actual *Actual, options Options) []Difference {
	var out []Difference
	listed := maps.Clone(expected.Notices)
	if options.KeepRejected {
		listed = notices(expected, withKeptOrders(expected, actual, options))
	}
	maps.Copy(listed, expected.Rejects)
	for key, want := range listed {
		got, held := actual.Rejects[key]
		switch {
		case !options.compares(key.Stream):
		case !held:
			out = append(out, Difference{"rejects", key.Stream + " " + key.RowKey, ProblemMissing, "reason", want,
				"no row"})
		case got != want:
			out = append(out, Difference{"rejects", key.Stream + " " + key.RowKey, ProblemDifferent, "reason", want,
				got})
		}
	}
	for key, got := range actual.Rejects {
		_, known := listed[key]
		if known || !options.compares(key.Stream) {
			continue
		}
		out = append(out, Difference{"rejects", key.Stream + " " + key.RowKey, ProblemExtra, "reason", "no row", got})
	}
	sortDifferences(out)
	return out
}
