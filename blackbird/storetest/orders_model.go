package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// orderModel is the store's orders as a few lines of Go would keep them, by their ids and locations.
type orderModel map[string]modelOrder

func modelKey(id string, location int64) string { return fmt.Sprintf("%s@%d", id, location) }

type modelOrder struct {
	blackbird.Order
	removed bool
}

// upsert takes a row, unless there is one of a higher serial that is not voided. A voided row takes the place of no
// other.
func (m orderModel) upsert(o blackbird.Order) {
	key := modelKey(string(o.ID), o.LocationID)
	if held, ok := m[key]; ok && !held.removed && held.Serial != o.Serial {
		if o.Status == model.OrderVoided || held.Status != model.OrderVoided && held.Serial > o.Serial {
			return
		}
	}
	m[key] = modelOrder{Order: o}
}

// remove takes an order out where its serial is still the same.
func (m orderModel) remove(key string, serial int64) {
	if o, ok := m[key]; ok && o.Serial == serial {
		o.removed = true
		m[key] = o
	}
}

// refunded is the order that a refund is of: the standing one of the location that it says, else of its own, else the
// only one elsewhere.
func (m orderModel) refunded(refund modelOrder) string {
	location := refund.LocationID
	if refund.RefundOfLocation != nil {
		location = *refund.RefundOfLocation
	}
	var elsewhere []string
	for key, o := range m {
		switch {
		case o.removed || string(o.ID) != string(refund.RefundOf):
		case o.LocationID == location:
			return key
		default:
			elsewhere = append(elsewhere, key)
		}
	}
	if len(elsewhere) == 1 && refund.RefundOfLocation == nil {
		return elsewhere[0]
	}
	return ""
}

// given is what standing refunds and exchanges give back for an order.
func (m orderModel) given(key string) (sum model.Cents) {
	for _, o := range m {
		switch {
		case o.removed || o.Status != model.OrderRefund && o.Status != model.OrderCompleted || m.refunded(o) != key:
		case o.OwnRefund != 0:
			sum += max(o.OwnRefund, -o.OwnRefund)
		default:
			sum += max(o.Total, -o.Total)
		}
	}
	return sum
}

// state returns what an order must be: serial, status, refunded total. The refunded total of a removed order does not
// matter.
func (m orderModel) state(key string) string {
	o := m[key]
	if o.removed {
		return fmt.Sprintf("%s|%d|removed", key, o.Serial)
	}
	refunded := m.given(key)
	if o.RefundOf == nil {
		refunded = max(o.OwnRefund, -o.OwnRefund, refunded)
	}
	status := o.Status
	switch {
	case status == model.OrderRefund:
		refunded = 0
	case status != model.OrderCompleted:
	case o.Total > 0 && refunded >= o.Total:
		status = model.OrderRefunded
	case refunded > 0:
		status = model.OrderPartiallyRefunded
	}
	return fmt.Sprintf("%s|%d|%s|%d.%02d", key, o.Serial, status, refunded/100, refunded%100)
}

func (m orderModel) states() (all []string) {
	for _, id := range slices.Sorted(maps.Keys(m)) {
		all = append(all, m.state(id))
	}
	return all
}

var (
	modelIDs       = rapid.SampledFrom([]string{"A", "B", "C", "D", "E"})
	modelLocations = rapid.SampledFrom([]int64{1, 1, 2, 3})
	modelStatuses  = rapid.SampledFrom(
		[]model.OrderStatus{
			model.OrderCompleted,
			model.OrderCompleted,
			model.OrderRefund,
			model.OrderRefund,
			model.OrderRefund,
			model.OrderVoided,
			model.OrderOpen,
			model.OrderPreorder,
		},
	)
	modelCents = rapid.SampledFrom([]model.Cents{0, 0, 1, 250, 500, 1000, -250, -500, -1000})
)

// drawOrder makes an order of few values, so that refunds meet their orders.
func drawOrder(t *rapid.T) blackbird.Order {
	o := sale(modelIDs.Draw(t, "id"), modelCents.Draw(t, "total"))
	o.LocationID = modelLocations.Draw(t, "location")
	o.Serial = rapid.Int64Range(1, 3).Draw(t, "serial")
	o.Status = modelStatuses.Draw(t, "status")
	o.OwnRefund = modelCents.Draw(t, "own refund")
	// A voided refund may still name what it refunded; it does not count. A completed order that does is an exchange.
	named := o.Status == model.OrderVoided || o.Status == model.OrderCompleted && o.OwnRefund != 0
	if o.Status == model.OrderRefund || named && rapid.Bool().Draw(t, "names") {
		o.RefundOf = []byte(modelIDs.Draw(t, "refund of"))
		if rapid.IntRange(0, 3).Draw(t, "says where") == 0 {
			location := modelLocations.Draw(t, "refund of location")
			o.RefundOfLocation = &location
		}
	}
	return o
}

// machine runs the package and the model side by side.
type machine struct {
	*writer
	model orderModel
}

// merge sends a batch of some orders, and of some that have moved.
func (m *machine) merge(t *rapid.T) {
	if rapid.Bool().Draw(t, "comparing from now on") {
		m.pass.ExpectUnchanged()
	}
	batched := make(map[string]bool)
	b := m.pass.NewBatch()
	if rapid.Bool().Draw(t, "second") {
		b = m.pass.NewSecondBatch()
	}
	for range rapid.IntRange(0, 4).Draw(t, "orders") {
		if o := drawOrder(t); b.AddOrder(&o) {
			b.Read++
			batched[string(o.ID)] = true
			m.model.upsert(o)
		}
	}
	for range rapid.IntRange(0, 1).Draw(t, "moved") {
		key := model.Key{
			Name: modelIDs.Draw(t, "moved id"), Location: modelLocations.Draw(t, "moved location"),
			Serial: rapid.Int64Range(1, 3).Draw(t, "moved serial"),
		}
		if !batched[key.Name] {
			b.Read++
			b.MarkOutOfScope(key)
			m.model.remove(modelKey(key.Name, key.Location), key.Serial)
		}
	}
	m.step(t, func() error { return m.pass.MergeOrders(m.Context(), b) })
}

// removeGone lists some keys and removes the rest.
func (m *machine) removeGone(t *rapid.T) {
	keys, err := m.NewKeys(m.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(m.model)) {
		o := m.model[key]
		serial := o.Serial + rapid.Int64Range(0, 1).Draw(t, "serial off by")
		listed := rapid.Bool().Draw(t, "listed")
		if listed {
			keys.Add(model.Key{Name: string(o.ID), Location: o.LocationID, Serial: serial})
		}
		if !listed {
			m.model.remove(key, o.Serial)
		} else if !o.removed {
			// Any ticket of the key may take the order over.
			o.Serial = serial
			m.model[key] = o
		}
	}
	if err := keys.Flush(m.Context()); err != nil {
		t.Fatal(err)
	}
	m.step(t, func() error { return m.pass.RemoveGone(m.Context()) })
}

const modelRows = `SELECT order_id, location_id, order_serial, status, refunded_total,
	customer_id, total, own_refund, refund_of, refund_of_location, pass_id, updated_at FROM orders
	WHERE store_id = ? ORDER BY 1, 2`

// step does something and checks that the orders are as the model says, that rows were written only where they
// differ, and that the counts tell how many.
func (m *machine) step(t *rapid.T, do func() error) {
	before := m.stamps()
	counts := m.pass.Counts
	if err := do(); err != nil {
		t.Fatal(err)
	}
	after := m.stamps()
	written := int64(0)
	for id, row := range after {
		if old, ok := before[id]; !ok || old.stamp != row.stamp {
			written++
			if ok && old.content == row.content {
				t.Fatalf("order %s was written and is as it was: %s", id, row.content)
			}
		} else if old.content != row.content {
			t.Fatalf("order %s was %s and is %s, but keeps its time", id, old.content, row.content)
		}
	}
	got := less(m.pass.Counts, counts)
	if got.Inserted != int64(len(after)-len(before)) || got.Inserted+got.Updated+got.Removed != written ||
		got.Unchanged < 0 {
		t.Fatalf("counts are %+v, but %d rows were written, %d of them new", got, written, len(after)-len(before))
	}
	var states []string
	for _, id := range slices.Sorted(maps.Keys(after)) {
		states = append(states, after[id].state)
	}
	if want := m.model.states(); !slices.Equal(states, want) {
		t.Fatalf("orders (-want +got):\n%s", cmp.Diff(want, states))
	}
}

// stamped is an order: its state, all of its content, and when that was written.
type stamped struct{ state, content, stamp string }

func (m *machine) stamps() map[string]stamped {
	all := make(map[string]stamped)
	for _, row := range m.Store.Rows(modelRows, m.store.ID()) {
		words := make([]string, len(row))
		for i, value := range row {
			words[i] = spell(value)
		}
		key := words[0] + "@" + words[1]
		state := strings.Join(append([]string{key}, words[2:5]...), "|")
		if words[3] == string(model.OrderRemoved) {
			state = strings.Join(append([]string{key}, words[2:4]...), "|")
		}
		all[key] = stamped{state, fmt.Sprint(words[:10]), fmt.Sprint(words[10:])}
	}
	return all
}

// testOrdersAgainstModel sends random batches, moves and removals, and compares every order with the model after each.
func testOrdersAgainstModel(t *testing.T, h *fixture) {
	stores := 0
	rapid.Check(t, func(t *rapid.T) {
		stores++
		h.inStore(fmt.Sprint(stores), blackbird.Orders, func(w *writer) {
			m := &machine{writer: w, model: make(orderModel)}
			if rapid.Bool().Draw(t, "fill") {
				h.noError(m.pass.BeginInitialLoad(m.Context()))
			}
			for range rapid.IntRange(1, 12).Draw(t, "steps") {
				if rapid.IntRange(0, 5).Draw(t, "kind of step") == 0 {
					m.removeGone(t)
				} else {
					m.merge(t)
				}
			}
		})
	})
}
