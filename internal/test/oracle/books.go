package oracle

import (
	"maps"
	"strings"
	"time"
)

// ExpiryKey names the expiry of a customer's points by the last day on which they were valid.
type ExpiryKey struct {
	CustomerID, ValidThrough string
}

// Account is what the books say: all that is not 0.
type Account struct {
	Orders      map[PointsKey]int64
	Enrollments map[string]int64
	// Expiries and WriteOffs hold what they do to the balance.
	Expiries  map[ExpiryKey]int64
	WriteOffs map[string]int64
	Balances  map[string]int64
}

// Account works out every order, enrollment, expiry, write-off and balance of all customers.
func (b *Books) Account() Account {
	account, refunds := newAccount(), refundsByOrder(b.Orders)
	orders := map[string]map[string]Order{}
	for key, o := range b.Orders {
		if orders[o.CustomerID.String] == nil {
			orders[o.CustomerID.String] = map[string]Order{}
		}
		orders[o.CustomerID.String][key] = o
	}
	for customer := range b.Customers {
		b.addTo(account, customer, orders[customer], refunds)
	}
	return account
}

func newAccount() Account {
	return Account{
		Orders: map[PointsKey]int64{}, Enrollments: map[string]int64{}, Expiries: map[ExpiryKey]int64{},
		WriteOffs: map[string]int64{}, Balances: map[string]int64{},
	}
}

// addTo adds what is known of one customer, of whom these are the orders; refunds are those of all orders.
func (b *Books) addTo(account Account, customer string, orders map[string]Order, refunds map[string][]Order) {
	var moves []movement
	active, earnings := activity(orders), b.earnings(orders, refunds)
	for _, e := range earnings {
		points := e.points()
		set(account.Orders, PointsKey{e.key, customer}, points)
		moves = append(append(moves, movement{at: e.OrderedAt, points: points}), e.untilRefunded()...)
	}
	if since, points := b.enrollment(customer, earnings); points > 0 {
		set(account.Enrollments, customer, points)
		moves, active = append(moves, movement{at: since, points: points}), append(active, since)
	}
	for _, a := range b.Adjustments {
		if a.Customer == customer {
			moves = append(moves, movement{at: a.At, points: a.Points})
		}
	}
	expiries := b.expiries(active)
	writtenOff := b.settle(moves, expiries)
	set(account.WriteOffs, customer, writtenOff)
	balance := writtenOff
	for _, m := range moves {
		balance += m.points
	}
	for _, e := range expiries {
		set(account.Expiries, ExpiryKey{customer, e.validThrough}, -e.points)
		balance -= e.points
	}
	set(account.Balances, customer, balance)
}

// set puts down what is not 0.
func set[K comparable](sums map[K]int64, key K, points int64) {
	if points != 0 {
		sums[key] = points
	}
}

// activity lists when a customer with these orders has bought: also what was voided or removed later, and no refund.
func activity(orders map[string]Order) (moments []time.Time) {
	for _, o := range orders {
		gone := o.Status == StatusVoided || o.Status == StatusRemoved
		if isPaid(o.Status) || gone && o.Total.IsPositive() {
			moments = append(moments, o.OrderedAt)
		}
	}
	return moments
}

// enrollment is since when somebody with these orders is a customer, and what that gives under the version in force
// then; the zero time if nothing says since when.
func (b *Books) enrollment(customer string, orders []earning) (since time.Time, points int64) {
	if member := b.Customers[customer].MemberSince; member != nil {
		since = *member
	} else if len(orders) > 0 {
		since = orders[0].OrderedAt
	}
	if since.IsZero() {
		return since, 0
	}
	v := b.judgedBy(enrolled(customer), since)
	if b.SamePerson[customer] || v.day(since) < v.Enrollment.From {
		return since, 0
	}
	return since, v.Enrollment.Points
}

// AccountOf adds a store's ledger up as Account does.
func AccountOf(actual *Actual) Account {
	account := newAccount()
	for _, line := range actual.Ledger {
		switch line.Kind {
		case "enrollment":
			account.Enrollments[line.CustomerID] += line.Points
		case "expiry":
			// Expiries are named by customer and last day.
			_, lastDay, _ := strings.Cut(line.OrderID, line.CustomerID+":")
			account.Expiries[ExpiryKey{line.CustomerID, lastDay}] += line.Points
		case "write_off":
			account.WriteOffs[line.CustomerID] += line.Points
		case "adjustment":
		default:
			account.Orders[PointsKey{orderAt(line.OrderID, line.LocationID), line.CustomerID}] += line.Points
		}
	}
	for customer, balance := range actual.Balances {
		account.Balances[customer] = balance.Balance
	}
	dropZeros(account.Orders)
	dropZeros(account.Enrollments)
	dropZeros(account.Expiries)
	dropZeros(account.WriteOffs)
	dropZeros(account.Balances)
	return account
}

func dropZeros[K comparable](sums map[K]int64) {
	maps.DeleteFunc(sums, func(_ K, points int64) bool { return points == 0 })
}

// AdjustmentsOf are those in a store's ledger.
func AdjustmentsOf(actual *Actual) (all []Adjustment) {
	for _, line := range actual.Ledger {
		if line.Kind == "adjustment" {
			all = append(all, Adjustment{line.CustomerID, line.Points, line.EffectiveAt})
		}
	}
	return all
}

// SamePersonOf are the customers of whom a store's ledger says that another id of theirs is enrolled.
func SamePersonOf(actual *Actual) map[string]bool {
	same := map[string]bool{}
	for _, line := range actual.Ledger {
		if line.Kind == "enrollment" && termsOf(line).Reason != "" {
			same[line.CustomerID] = true
		}
	}
	return same
}

// Persons checks that of the customers who are one person, by name and phone, only one has points for being a
// customer, and that who gave way to another id has one.
func Persons(actual *Actual) (problems []string) {
	enrollments, lines, same := AccountOf(actual).Enrollments, map[string]bool{}, SamePersonOf(actual)
	for _, line := range actual.Ledger {
		lines[line.CustomerID] = lines[line.CustomerID] || line.Kind == "enrollment"
	}
	for id, c := range actual.Customers {
		gaveWay := same[id]
		for other, o := range actual.Customers {
			if id == other || !c.PhoneE164.Valid || c.PhoneE164 != o.PhoneE164 || !c.FirstName.Valid ||
				!strings.EqualFold(c.FirstName.String+"|"+c.LastName.String, o.FirstName.String+"|"+o.LastName.String) {
				continue
			}
			if enrollments[id] > 0 && enrollments[other] > 0 {
				problems = append(problems, id+" and "+other+" are one person, and both are enrolled")
			}
			gaveWay = gaveWay && !lines[other]
		}
		if gaveWay {
			problems = append(problems, id+" gave way to nobody")
		}
	}
	return problems
}

// Judgement is under which version an order or an enrollment was judged, and the moment that decided.
type Judgement struct {
	Version int64
	At      time.Time
}

// JudgedOf are the judgements in a store's ledger, by orders and by what enrolled returns. The terms of the latest line
// count, or the version by which a later pass has judged everything anew.
func JudgedOf(actual *Actual, versions []Version) map[string]Judgement {
	judged := map[string]Judgement{}
	for key, lines := range linesByOrder(judgedLines(actual.Ledger)) {
		latest := lines[len(lines)-1]
		version, pass := termsOf(latest).Version, latest.PassID-1
		for _, v := range versions {
			if v.FullPass > pass {
				version, pass = v.Number, v.FullPass
			}
		}
		judged[key] = Judgement{version, lines[0].EffectiveAt}
	}
	return judged
}

// judgedLines are the lines of orders and of enrollments, these named by what enrolled returns.
func judgedLines(ledger []LedgerLine) []LedgerLine {
	lines := ofOrders(ledger)
	for _, line := range ledger {
		if line.Kind == "enrollment" {
			line.OrderID, line.LocationID = enrolled(line.CustomerID), 1
			lines = append(lines, line)
		}
	}
	return lines
}

// enrolled names the enrollment of a customer among orders.
func enrolled(customer string) string { return "enrollment of " + customer }
