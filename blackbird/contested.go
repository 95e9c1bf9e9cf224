package blackbird

import (
	"context"
	"slices"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// ticketKey is the key of a ticket that went into a batch. The id is empty where the ticket is out of scope.
type ticketKey struct {
	Serial     int64  `json:"serial"`
	ID         string `json:"order_id"`
	LocationID int64  `json:"location_id"`
	// Outsider is the id of a ticket that is out of scope.
	Outsider string `json:"outsider"`
}

// SawTicket notes a ticket that goes into the batch, or is rejected: an order that it contests is found out.
//
// A ticket contests an order that the store holds of the same serial under another key, and one of the same key with
// another serial whose place it may not take: it got another id or location, or was loaded again. Only the source can
// say, for two tickets may have one id.
func (b *Batch) SawTicket(id []byte, location, serial int64, voided bool) {
	// Most tickets are new, and contest nothing.
	if b.pass.contested != nil && (voided || serial <= b.pass.highestSerial) {
		b.tickets = append(b.tickets, ticketKey{Serial: serial, ID: string(id), LocationID: location})
	}
}

// SawOutsider notes a ticket that is out of scope. It contests the order of its serial, and refunds of its own location
// that are held as those of an order elsewhere.
func (b *Batch) SawOutsider(id []byte, location, serial int64) {
	if b.pass.contested != nil {
		b.tickets = append(b.tickets, ticketKey{Serial: serial, Outsider: string(id), LocationID: location})
	}
}

// maxContested bounds the memory that contested orders take.
const maxContested = 20_000

// WatchContested lets merges note the orders that tickets contest. A pass that compares all keys with the source's does
// without.
func (p *Pass) WatchContested(ctx context.Context) error {
	p.contested = make(map[model.Key]bool)
	err := p.session.onOwn().Get(ctx, &p.highestSerial, "highest_serial", nil)
	return p.session.store.wrap("read orders", err)
}

// IgnoreContested ends that.
func (p *Pass) IgnoreContested() { p.contested = nil }

// noteContested notes the orders that the batch's tickets contest. Most tickets are those of the one order that has
// their serial, and contest nothing: one look-up by serial finds that out.
func (p *Pass) noteContested(ctx context.Context, t *tx, b *Batch) error {
	if len(b.tickets) == 0 {
		return nil
	}
	var serials []string
	for _, ticket := range b.tickets {
		serials = append(serials, strconv.FormatInt(ticket.Serial, 10))
	}
	var held []model.Key
	if err := t.Select(ctx, &held, "orders_of_serials", Args{"serials": serials}); err != nil {
		return err
	}
	orders := make(map[int64][]model.Key, len(held))
	for _, key := range held {
		orders[key.Serial] = append(orders[key.Serial], key)
	}
	doubtful := slices.DeleteFunc(slices.Clone(b.tickets), func(ticket ticketKey) bool {
		own := model.Key{Name: ticket.ID, Location: ticket.LocationID, Serial: ticket.Serial}
		return slices.Equal(orders[ticket.Serial], []model.Key{own})
	})
	if len(doubtful) == 0 {
		return nil
	}
	tickets, err := model.JSON(doubtful)
	if err != nil {
		return err
	}
	var found []model.Key
	if err := t.Select(ctx, &found, "contested", Args{"tickets": tickets}); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, key := range found {
		if len(p.contested) <= maxContested {
			p.contested[key] = true
		}
	}
	return nil
}

// Contested returns the orders noted since the last call, and whether there were too many to note all of them. No merge
// may be at work.
func (p *Pass) Contested() (held []model.Key, more bool) {
	for key := range p.contested {
		held = append(held, key)
	}
	clear(p.contested)
	return held, len(held) > maxContested
}
