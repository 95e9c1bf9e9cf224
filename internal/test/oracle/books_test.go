package oracle

import (
	"testing"
	"time"
)

var losAngeles, newYork = zone("America/Los_Angeles"), zone("America/New_York")

func zone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// at is a time in Los Angeles, such as 2025-05-31 23:50.
func at(text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, losAngeles)
	if err != nil {
		panic(err)
	}
	return moment
}

// version is a version with a loyalty block; from is empty for the first one.
func version(from, text string, change ...func(*Version)) Version {
	p, err := ParseProgram(text)
	if err != nil {
		panic(err)
	}
	p.Zone = losAngeles
	v := Version{Program: p}
	if from != "" {
		v.From = at(from)
	}
	for _, c := range change {
		c(&v)
	}
	return v
}

// rated sets what a dollar earns.
func rated(rate string) func(*Version) { return func(v *Version) { v.Rate = dec(rate) } }

// bought is a completed order of C1.
func bought(id, when, total string, change ...func(*Order)) Order {
	o := Order{
		OrderID: id, LocationID: 1, CustomerID: some("C1"), Status: StatusCompleted, Subtotal: dec(total),
		Total: dec(total), OrderedAt: at(when),
	}
	for _, c := range change {
		c(&o)
	}
	return o
}

// refunded is a refund of an order of C1.
func refunded(id, of, when, amount string) Order {
	return bought(id, when, "-"+amount, func(o *Order) { o.Status, o.RefundOf = StatusRefund, some(of) })
}

func by(customer string) func(*Order) { return func(o *Order) { o.CustomerID = some(customer) } }

func status(status string) func(*Order) { return func(o *Order) { o.Status = status } }

// booksOf are the books of C1 and C2, who have been customers for long, with versions numbered from 1.
func booksOf(present string, versions []Version, orders ...Order) Books {
	b := Books{
		Customers: map[string]Customer{"C1": {CustomerID: "C1"}, "C2": {CustomerID: "C2"}}, Orders: map[string]Order{},
		Versions: versions, Present: at(present),
	}
	for i := range versions {
		versions[i].Number = int64(i + 1)
	}
	for _, o := range orders {
		b.Orders[orderKey(o)] = o
	}
	applyRefunds(b.Orders)
	return b
}

// gave is an adjustment of C1.
func gave(points int64, when string) Adjustment { return Adjustment{"C1", points, at(when)} }

// TestWorkedExamples works through examples of the program, most of them what a shop's owner asked about.
func TestWorkedExamples(t *testing.T) {
	plain := []Version{version("", `{}`)}
	expiring := func() []Version { return []Version{version("", `{"expire_after_days": 90}`)} }
	doubled := func() []Version {
		return []Version{version("", `{}`), version("2025-06-01 00:00", `{}`, rated("2"))}
	}
	const gold = `{"tiers": [{"name": "Gold", "from": 1000, "points_per_dollar": 1.5}]}`
	jan10 := bought("A", "2025-01-10 15:00", "100")
	tests := []struct {
		name  string
		books Books
		gave  []Adjustment
		want  map[string]int64
		// orders and expiries are compared where they are given.
		orders   map[PointsKey]int64
		expiries map[ExpiryKey]int64
	}{
		{name: "the rate in force at the order's time",
			books: booksOf("2025-06-01 02:00", doubled(),
				bought("A", "2025-05-31 23:50", "40")),
			want: map[string]int64{"C1": 40}},
		{name: "a refund at the order's own rate",
			books: booksOf("2025-06-03 00:00", doubled(),
				bought("A", "2025-05-31 12:00", "50"), refunded("R", "A", "2025-06-02 12:00", "10")),
			want: map[string]int64{"C1": 40}},
		{name: "judged under another version than the one in force", books: func() Books {
			b := booksOf("2025-06-03 00:00", doubled(),
				bought("A", "2025-05-31 12:00", "50"))
			b.Judged = map[string]int64{"A": 2}
			return b
		}(), want: map[string]int64{"C1": 100}},
		{name: "valid through the last day", books: booksOf("2025-04-10 23:59", expiring(), jan10),
			want: map[string]int64{"C1": 100}, expiries: map[ExpiryKey]int64{}},
		{name: "gone at the first moment of the next", books: booksOf("2025-04-11 00:00", expiring(), jan10),
			want: map[string]int64{}, expiries: map[ExpiryKey]int64{{"C1", "2025-04-10"}: -100}},
		{name: "expired, then refunded in full",
			books: booksOf("2025-06-01 00:00", expiring(), jan10, refunded("R", "A", "2025-05-20 10:00", "100")),
			want:  map[string]int64{}, orders: map[PointsKey]int64{}, expiries: map[ExpiryKey]int64{}},
		{name: "spent in part, then expired", books: booksOf("2025-06-01 00:00", expiring(), jan10),
			gave: []Adjustment{gave(-60, "2025-02-01 10:00")},
			want: map[string]int64{}, expiries: map[ExpiryKey]int64{{"C1", "2025-04-10"}: -40}},
		{name: "spent in part, expired, then refunded in full",
			books: booksOf("2025-06-01 00:00", expiring(), jan10, refunded("R", "A", "2025-05-20 10:00", "100")),
			gave:  []Adjustment{gave(-60, "2025-02-01 10:00")},
			want:  map[string]int64{"C1": -60}, expiries: map[ExpiryKey]int64{}},
		{name: "spent after the expiry", books: booksOf("2025-06-01 00:00", expiring(), jan10),
			gave: []Adjustment{gave(-60, "2025-04-12 10:00")},
			want: map[string]int64{}, expiries: map[ExpiryKey]int64{{"C1", "2025-04-10"}: -40}},
		{name: "an order that arrived late saves the balance",
			books: booksOf("2025-06-01 00:00", expiring(), bought("A", "2025-01-10 15:00", "120"),
				bought("B", "2025-03-30 10:00", "25")),
			want: map[string]int64{"C1": 145}, expiries: map[ExpiryKey]int64{}},
		{name: "an order at the very moment saves nothing, and keeps its own points",
			books: booksOf("2025-06-01 00:00", expiring(), jan10, bought("B", "2025-04-11 00:00", "25")),
			want:  map[string]int64{"C1": 25}, expiries: map[ExpiryKey]int64{{"C1", "2025-04-10"}: -100}},
		{name: "a refund is no activity",
			books: booksOf("2025-05-01 00:00", expiring(), jan10, refunded("R", "A", "2025-03-20 10:00", "30")),
			want:  map[string]int64{}, expiries: map[ExpiryKey]int64{{"C1", "2025-04-10"}: -70}},
		{name: "an order that was voided later is",
			books: booksOf("2025-05-01 00:00", expiring(), jan10, bought("B", "2025-03-20 10:00", "30",
				status(StatusVoided))),
			want: map[string]int64{"C1": 100}},
		{name: "switched on: through the last day",
			books: booksOf("2025-05-30 23:59", []Version{version("", `{}`),
				version("2025-03-01 00:00", `{"expire_after_days": 90}`)}, bought("A", "2024-10-05 15:00", "100")),
			want: map[string]int64{"C1": 100}},
		{name: "switched on: the day after",
			books: booksOf("2025-05-31 00:00", []Version{version("", `{}`),
				version("2025-03-01 00:00", `{"expire_after_days": 90}`)}, bought("A", "2024-10-05 15:00", "100")),
			want: map[string]int64{}, expiries: map[ExpiryKey]int64{{"C1", "2025-05-30"}: -100}},
		{name: "switched off: nothing has expired",
			books: booksOf("2025-06-01 00:00", append(expiring(), version("2025-05-01 00:00", `{}`)), jan10),
			want:  map[string]int64{"C1": 100}},
		{name: "shortened: counted from that day",
			books: booksOf("2025-04-01 00:00", append(expiring(), version("2025-03-01 00:00",
				`{"expire_after_days": 30}`)), jan10),
			want: map[string]int64{}, expiries: map[ExpiryKey]int64{{"C1", "2025-03-31"}: -100}},
		{name: "lengthened: for what has not expired",
			books: booksOf("2025-04-11 00:00", append(expiring(), version("2025-03-01 00:00",
				`{"expire_after_days": 91}`)), jan10),
			want: map[string]int64{"C1": 100}},
		{name: "Gold by the order before",
			books: booksOf("2025-06-05 00:00", []Version{version("", gold)}, bought("A", "2025-06-01 10:00", "980"),
				bought("B", "2025-06-02 10:00", "40"), bought("C", "2025-06-03 10:00", "10")),
			want: map[string]int64{"C1": 1035}},
		{name: "a refund unmakes Gold, and leaves the order in between",
			books: booksOf("2025-06-06 00:00", []Version{version("", gold)}, bought("A", "2025-06-01 10:00", "980"),
				bought("B", "2025-06-02 10:00", "40"), bought("C", "2025-06-03 10:00", "10"),
				refunded("R", "B", "2025-06-04 10:00", "40"), bought("D", "2025-06-05 10:00", "4")),
			want: map[string]int64{"C1": 999}, orders: map[PointsKey]int64{{"A", "C1"}: 980, {"C", "C1"}: 15,
				{"D", "C1"}: 4}},
		{name: "a refund without a ticket counts from the beginning",
			books: booksOf("2025-06-06 00:00", []Version{version("", gold)}, bought("A", "2025-06-01 10:00", "980"),
				bought("B", "2025-06-02 10:00", "40", func(o *Order) { o.OwnRefund = dec("40") }),
				bought("C", "2025-06-03 10:00", "10")),
			want: map[string]int64{"C1": 990}},
		{name: "60.00 of a Gold customer moved to another",
			books: booksOf("2025-06-06 00:00", []Version{version("", gold)}, bought("A", "2025-06-01 10:00", "1000"),
				bought("B", "2025-06-02 10:00", "60", by("C2"))),
			want: map[string]int64{"C1": 1000, "C2": 60}},
		{name: "as it was before that",
			books: booksOf("2025-06-06 00:00", []Version{version("", gold)}, bought("A", "2025-06-01 10:00", "1000"),
				bought("B", "2025-06-02 10:00", "60")),
			want: map[string]int64{"C1": 1090}},
		{name: "20.96", books: booksOf("2025-06-06 00:00", plain, bought("A", "2025-06-01 10:00", "20.96")),
			want: map[string]int64{"C1": 21}},
		{name: "20.96, half refunded",
			books: booksOf("2025-06-06 00:00", plain, bought("A", "2025-06-01 10:00", "20.96"),
				refunded("R", "A", "2025-06-02 10:00", "10.48")),
			want: map[string]int64{"C1": 10}},
		{name: "an exchange takes what it gave back, and earns on what was paid",
			books: booksOf("2025-06-06 00:00", plain, bought("A", "2025-06-01 10:00", "60"),
				bought("B", "2025-06-02 10:00", "20", func(o *Order) {
					o.RefundOf, o.OwnRefund = some("A"), dec("60")
				})),
			orders: map[PointsKey]int64{{"B", "C1"}: 20}, want: map[string]int64{"C1": 20}},
		{name: "a cap bounds what is left",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{"cap": {"order": 60}}`)},
				bought("A", "2025-06-01 10:00", "100"), refunded("R", "A", "2025-06-02 10:00", "30")),
			want: map[string]int64{"C1": 60}},
		{name: "a day's cap",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{"cap": {"day": 50}}`)},
				bought("A", "2025-06-01 10:00", "40"), bought("B", "2025-06-01 23:00", "40"),
				bought("C", "2025-06-02 00:00", "40")),
			orders: map[PointsKey]int64{{"A", "C1"}: 40, {"B", "C1"}: 10, {"C", "C1"}: 40},
			want:   map[string]int64{"C1": 90}},
		{name: "before the program starts",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{}`, func(v *Version) {
				v.Starts = at("2025-06-01 00:00")
			})}, bought("A", "2025-05-31 23:59", "40"), bought("B", "2025-06-01 00:00", "7")),
			want: map[string]int64{"C1": 7}},
		{name: "excluded",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{"exclude": {"below_total": 5, "tax_exempt": true,
				"locations": [3], "customers": ["C2"]}}`)},
				bought("A", "2025-06-01 10:00", "4.99", taxed), bought("B", "2025-06-01 10:00", "5", taxed),
				bought("C", "2025-06-01 10:00", "9"), bought("D", "2025-06-01 10:00", "9", taxed, by("C2")),
				bought("E", "2025-06-01 10:00", "9", taxed, func(o *Order) { o.LocationID = 3 })),
			want: map[string]int64{"C1": 5}},
		{name: "a debt is carried", books: booksOf("2025-06-06 00:00", plain, bought("A", "2025-06-01 10:00", "100"),
			refunded("R", "A", "2025-06-03 10:00", "100")), gave: []Adjustment{gave(-60, "2025-06-02 10:00")},
			want: map[string]int64{"C1": -60}},
		{name: "a debt is written off, and what comes later stays",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{"negative": "write_off"}`)},
				bought("A", "2025-06-01 10:00", "100"), refunded("R", "A", "2025-06-03 10:00", "100"),
				bought("B", "2025-06-04 10:00", "25")), gave: []Adjustment{gave(-60, "2025-06-02 10:00")},
			want: map[string]int64{"C1": 25}},
		{name: "written off when that begins, and kept when it ends",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{}`),
				version("2025-06-03 00:00", `{"negative": "write_off"}`), version("2025-06-05 00:00", `{}`)},
				bought("A", "2025-06-01 10:00", "100"), refunded("R", "A", "2025-06-03 10:00", "100")),
			gave: []Adjustment{gave(-60, "2025-06-02 10:00"), gave(-5, "2025-06-05 10:00")},
			want: map[string]int64{"C1": -5}},
		{name: "a refund makes its debt when it is made, and what was earned before goes into it",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{"negative": "write_off"}`)},
				bought("A", "2025-06-01 10:00", "100"), bought("B", "2025-06-03 10:00", "25"),
				refunded("R", "A", "2025-06-04 10:00", "100")),
			gave: []Adjustment{gave(-60, "2025-06-02 10:00")}, want: map[string]int64{}},
		{name: "carried when it was made, though not when the order was",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{"negative": "write_off"}`),
				version("2025-06-03 00:00", `{}`)},
				bought("A", "2025-06-01 10:00", "100"), refunded("R", "A", "2025-06-04 10:00", "100")),
			gave: []Adjustment{gave(-60, "2025-06-02 10:00")}, want: map[string]int64{"C1": -60}},
		{name: "an order's own refund has no time: it counts from the order on",
			books: booksOf("2025-06-06 00:00", []Version{version("", `{"negative": "write_off"}`),
				version("2025-06-03 00:00", `{}`)},
				bought("A", "2025-06-01 10:00", "100", func(o *Order) { o.OwnRefund = dec("100") })),
			gave: []Adjustment{gave(-60, "2025-06-02 10:00")}, want: map[string]int64{}},
		{name: "days of the zone that was moved to",
			books: booksOf("2025-04-10 20:59", append(expiring(), version("2025-03-01 00:00",
				`{"expire_after_days": 90}`, func(v *Version) { v.Zone = newYork })), jan10),
			want: map[string]int64{"C1": 100}},
		{name: "which ends at its own midnight",
			books: booksOf("2025-04-10 21:00", append(expiring(), version("2025-03-01 00:00",
				`{"expire_after_days": 90}`, func(v *Version) { v.Zone = newYork })), jan10),
			want: map[string]int64{}, expiries: map[ExpiryKey]int64{{"C1", "2025-04-10"}: -100}},
	}
	for _, test := range tests {
		test.books.Adjustments = test.gave
		account := test.books.Account()
		equal(t, test.name, account.Balances, test.want)
		if test.orders != nil {
			equal(t, test.name+": orders", account.Orders, test.orders)
		}
		if test.expiries != nil {
			equal(t, test.name+": expiries", account.Expiries, test.expiries)
		}
	}
}

func taxed(o *Order) { o.Tax = dec("1") }

// TestNoRoundingLeaks: at 0.1 points a dollar, 20.00 and four refunds of 5.00 leave 2, 2, 1, 1 and 0 points.
func TestNoRoundingLeaks(t *testing.T) {
	orders := []Order{bought("A", "2025-06-01 10:00", "20")}
	for i, want := range []int64{2, 2, 1, 1, 0} {
		books := booksOf("2025-06-06 00:00", []Version{version("", `{}`, rated("0.1"))}, orders...)
		equal(t, "points", books.Account().Balances["C1"], want)
		orders = append(orders, refunded(string(rune('R'+i)), "A", "2025-06-02 10:00", "5"))
	}
}

func TestWindows(t *testing.T) {
	sunday := func(hours string) string {
		return `{"multipliers": [{"name": "W", "multiplier": 2, "weekdays": ["sun"], "hours": "` + hours + `"}]}`
	}
	tests := []struct {
		when, program string
		want          string
	}{
		// Clocks are put back: the hour comes twice.
		{"2025-11-02T08:15:00Z", sunday("01:00-02:00"), "2"},
		{"2025-11-02T09:15:00Z", sunday("01:00-02:00"), "2"},
		{"2025-11-02T10:15:00Z", sunday("01:00-02:00"), "1"},
		// Clocks are put forward: the hour is left out.
		{"2025-03-09T09:59:00Z", sunday("02:00-03:00"), "1"},
		{"2025-03-09T10:00:00Z", sunday("02:00-03:00"), "1"},
		// Past midnight it is still Sunday's window.
		{"2025-06-01T23:00:00-07:00", sunday("22:00-02:00"), "2"},
		{"2025-06-02T01:59:00-07:00", sunday("22:00-02:00"), "2"},
		{"2025-06-02T02:00:00-07:00", sunday("22:00-02:00"), "1"},
		{"2025-06-01T01:00:00-07:00", sunday("22:00-02:00"), "1"},
		{"2025-06-01T12:00:00-07:00", `{"multipliers": [{"name": "A", "multiplier": 0.5},
			{"name": "B", "multiplier": 3, "locations": [2]}]}`, "0.5"},
		{"2025-06-01T12:00:00-07:00", `{"multipliers": [{"name": "A", "multiplier": 0.5},
			{"name": "B", "multiplier": 3, "from": "2025-06-01", "until": "2025-06-01"}]}`, "3"},
		{"2025-06-02T00:00:00-07:00", `{"multipliers": [{"name": "B", "multiplier": 3, "until": "2025-06-01"}]}`, "1"},
		{"2025-06-01T12:00:00-07:00", `{"no_multipliers": true, "multipliers": [{"name": "A", "multiplier": 2}]}`, "1"},
	}
	for _, test := range tests {
		when, err := time.Parse(time.RFC3339, test.when)
		if err != nil {
			t.Fatal(err)
		}
		v := version("", test.program)
		equal(t, test.when+" "+test.program, showNumber(v.multiplier(Order{OrderedAt: when, LocationID: 1})), test.want)
	}
}

// TestTierWindows: 1,000 points make Gold for ever, until the end of the year, or for twelve months.
func TestTierWindows(t *testing.T) {
	for window, want := range map[string][]int64{
		"": {15, 15, 15}, WindowCalendarYear: {15, 10, 10}, WindowRolling12Months: {15, 15, 10},
	} {
		books := booksOf("2026-12-01 00:00", []Version{version("", `{"tier_window": "`+window+`",
			"tiers": [{"name": "Gold", "from": 1000, "points_per_dollar": 1.5}]}`)},
			bought("A", "2025-06-01 10:00", "1000"), bought("B", "2025-12-31 23:00", "10"),
			bought("C", "2026-01-01 00:00", "10"), bought("D", "2026-06-01 10:01", "10"))
		orders := books.Account().Orders
		equal(t, window, []int64{orders[PointsKey{"B", "C1"}], orders[PointsKey{"C", "C1"}],
			orders[PointsKey{"D", "C1"}]}, want)
	}
}

func TestEnrollment(t *testing.T) {
	const since2026 = `{"enrollment": {"points": 100, "from": "2026-11-01"}}`
	member := func(when string) *time.Time { moment := at(when); return &moment }
	books := func(versions ...Version) Books {
		b := booksOf("2026-12-01 00:00", versions, bought("A", "2026-11-02 10:00", "7"))
		b.Customers["C2"] = Customer{CustomerID: "C2", MemberSince: member("2019-05-01 10:00")}
		b.Customers["C3"] = Customer{CustomerID: "C3", MemberSince: member("2026-11-01 00:00")}
		b.Customers["C4"] = Customer{CustomerID: "C4"}
		return b
	}
	now := books(version("", since2026))
	equal(t, "since the day or later", now.Account().Enrollments, map[string]int64{"C1": 100, "C3": 100})
	later := books(version("", `{}`), version("2026-11-02 00:00", `{"enrollment": {"points": 50}}`))
	now.SamePerson = map[string]bool{"C3": true}
	equal(t, "another id of the person has it", now.Account().Enrollments, map[string]int64{"C1": 100})
	equal(t, "under the version in force then", later.Account().Enrollments, map[string]int64{"C1": 50})
}
