package blackbird

import (
	"context"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// LedgerPage is some orders, customer by customer, each one's in the order of their times. Orders without a customer,
// of which the ledger has lines, come first.
type LedgerPage struct {
	Orders []model.LedgerOrder
	// Done is the last customer of whom all orders have been handed on, empty where none is that is new.
	Done string
}

// DuePage reads the next orders after one, nil for the first, out of those that were staged. An empty page is the end.
func (x *Session) DuePage(
	ctx context.Context, after *model.LedgerOrder, limit int,
) (page []model.LedgerOrder, err error) {
	if x.store.traits.PlansByCost && !x.own.findsByKey {
		// The planner would read whole tables while it knows little of one that is being filled.
		if _, err := x.onOwn().Exec(ctx, "find_by_key", nil); err != nil {
			return nil, x.store.wrap("prepare to read ledger", err)
		}
		x.own.findsByKey = true
	}
	if after == nil {
		after = &model.LedgerOrder{}
	}
	page, err = ledgerPage(ctx, x.onOwn(), "ledger_page_due", after, limit)
	return page, x.store.wrap("read ledger", err)
}

// Ledger reads all orders that the ledger is about, of the customers after one, all where it is empty, and hands them
// on some at a time; the slice is the visitor's to keep. Merges may be at work meanwhile. What it reads may be as it
// was at the beginning: a pass changes the lines of no order but those that it has been handed.
func (x *Session) Ledger(ctx context.Context, after string, some int, visit func(LedgerPage) error) error {
	last := ""
	err := x.readLedger(ctx, after, some, func(orders []model.LedgerOrder) error {
		page := LedgerPage{Orders: orders}
		for i := range orders {
			if customer := orders[i].CustomerID; customer != last {
				page.Done, last = last, customer
			}
		}
		return visit(page)
	})
	if err == nil && last != "" {
		err = visit(LedgerPage{Done: last})
	}
	return x.store.wrap("read ledger", err)
}

// endOfTime is after every order's time.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// readLedger streams one statement, or reads page after page where the connection has to be free for merges in between.
func (x *Session) readLedger(ctx context.Context, after string, some int, visit func([]model.LedgerOrder) error) error {
	if x.store.traits.StreamReads {
		return visitLedger(ctx, x.on(x.store.db), "ledger_all", Args{"after": after, "begins": after == ""}, some,
			visit)
	}
	if after == "" {
		if err := x.pageLedger(ctx, "ledger_page_orphans", model.LedgerOrder{}, some, visit); err != nil {
			return err
		}
	}
	return x.pageLedger(ctx, "ledger_page_all", model.LedgerOrder{CustomerID: after, OrderedAt: endOfTime}, some, visit)
}

// pageLedger reads the pages that come after an order.
func (x *Session) pageLedger(
	ctx context.Context, query string, after model.LedgerOrder, some int, visit func([]model.LedgerOrder) error,
) error {
	for {
		w, err := x.acquire(ctx)
		if err != nil {
			return err
		}
		page, err := ledgerPage(ctx, x.on(w.conn), query, &after, some)
		x.release(w)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1]
		if err := visit(page); err != nil {
			return err
		}
	}
}

// ledgerPage reads a page that comes after an order.
func ledgerPage(
	ctx context.Context, q Queries, query string, after *model.LedgerOrder, limit int,
) (page []model.LedgerOrder, err error) {
	args := Args{"limit": limit, "customer": after.CustomerID, "at": after.OrderedAt, "order": after.ID,
		"location": after.LocationID}
	err = visitLedger(ctx, q, query, args, limit, func(orders []model.LedgerOrder) error {
		page = orders
		return nil
	})
	return page, err
}

// visitLedger hands on the orders that a statement reads, some at a time. Its rows are an order and one of its lines
// each. Millions of them pass: what most rows share is kept, and nothing is made anew that need not be.
func visitLedger(
	ctx context.Context, q Queries, query string, args Args, some int, visit func([]model.LedgerOrder) error,
) error {
	var orders []model.LedgerOrder
	handOn := func(enough int) error {
		if len(orders) < enough {
			return nil
		}
		page := orders
		orders = nil
		return visit(page)
	}
	err := q.eachGroup(ctx, query, args, group{
		columns: 18, head: 11,
		begin: func(c *cells) {
			if orders == nil {
				orders = make([]model.LedgerOrder, 0, some)
			}
			orders = append(orders, model.LedgerOrder{
				ID: c.text(), CustomerID: c.text(), Status: model.OrderStatus(c.common()), Subtotal: c.cents(),
				Tax: c.cents(), Total: c.cents(), OwnRefund: c.cents(), RefundedTotal: c.cents(),
				OrderedAt: c.time(), LocationID: c.number(), Known: c.isTrue(),
			})
		},
		add: func(c *cells) {
			order := &orders[len(orders)-1]
			line := model.LedgerLine{CustomerID: order.CustomerID}
			switch customer := c.take(); {
			case customer == nil:
				return // the order has no line
			case string(customer) != order.CustomerID:
				line.CustomerID = string(customer)
			}
			line.Revision, line.PassID, line.Points = c.number(), c.number(), c.number()
			line.Rate, line.Multiplier, line.Terms = c.decimal(), c.decimal(), c.common()
			order.Lines = append(order.Lines, line)
		},
		end: func() error { return handOn(some) },
	})
	if err != nil {
		return err
	}
	return handOn(1)
}

// ReadRefunds reads the tickets that refund the orders of a page. Merges may be at work meanwhile.
func (x *Session) ReadRefunds(ctx context.Context, page []model.LedgerOrder) error {
	if x.store.traits.StreamReads {
		return x.readRefundsOn(ctx, x.on(x.store.db), page)
	}
	w, err := x.acquire(ctx)
	if err != nil {
		return err
	}
	defer x.release(w)
	return x.readRefundsOn(ctx, x.on(w.conn), page)
}

func (x *Session) readRefundsOn(ctx context.Context, q Queries, page []model.LedgerOrder) error {
	var ids []string
	for i := range page {
		if page[i].Status.Sold() && page[i].RefundedTotal > 0 {
			ids = append(ids, page[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	refunds, err := ticketRefunds(ctx, q, ids)
	for i := range page {
		page[i].Refunds = refunds[model.Key{Name: page[i].ID, Location: page[i].LocationID}]
	}
	return x.store.wrap("read refunds", err)
}

// RefundedOrders returns the orders of a customer of which something was given back, with the lines that the customer
// has of them, staged ones included, and the tickets that refund them. It uses the session's connection.
func (x *Session) RefundedOrders(ctx context.Context, customer string) (orders []model.LedgerOrder, err error) {
	if err := x.createStages(ctx, x.own); err != nil {
		return nil, x.store.wrap("read refunds", err)
	}
	all := func(page []model.LedgerOrder) error {
		orders = append(orders, page...)
		return nil
	}
	err = visitLedger(ctx, x.onOwn(), "refunded_orders", Args{"customer": customer}, refundChunk, all)
	if err != nil || len(orders) == 0 {
		return nil, x.store.wrap("read refunds", err)
	}
	return orders, x.readRefundsOn(ctx, x.onOwn(), orders)
}

// ticketRefunds returns what tickets refund of the orders with the ids.
func ticketRefunds(ctx context.Context, q Queries, ids []string) (map[model.Key][]model.TicketRefund, error) {
	var orders []refundState
	var tickets []refundTicket
	if err := q.Select(ctx, &orders, "refund_states", Args{"ids": ids, "pass_id": 0, "now": endOfTime}); err != nil {
		return nil, err
	}
	if err := q.Select(ctx, &tickets, "refund_tickets", Args{"ids": ids}); err != nil {
		return nil, err
	}
	orders, at := refundable(orders)
	refunds := make(map[model.Key][]model.TicketRefund)
	for i := range tickets {
		ticket := &tickets[i]
		if of, _ := ticket.refunds(orders, at[ticket.RefundOf]); of >= 0 {
			key := model.Key{Name: orders[of].ID, Location: orders[of].LocationID}
			refunds[key] = append(refunds[key], model.TicketRefund{At: ticket.OrderedAt.Time, Amount: ticket.amount()})
		}
	}
	return refunds, nil
}
