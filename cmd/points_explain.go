package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) pointsExplain() *cobra.Command {
	var location int64
	c := a.reader("explain ORDER", "Explain an order's points, step by step, from the ledger's own numbers",
		"  blackbirdctl points explain 1000000042\n  blackbirdctl points explain 1000000042 --location 2",
		cobra.ExactArgs(1), func(ctx context.Context, store *blackbird.Store, args []string) error {
			return a.runExplain(ctx, store, args[0], location)
		})
	c.Flags().Int64Var(&location, "location", 0, "the order's location, where several have an order with that id")
	return c
}

func (a *app) runExplain(ctx context.Context, store *blackbird.Store, order string, location int64) error {
	orders, err := store.Explain(ctx, order)
	if err != nil {
		return err
	}
	rejects, err := sync.RejectedTickets(ctx, store, order)
	if err != nil {
		return err
	}
	var locations []string
	for i := range orders {
		locations = append(locations, strconv.FormatInt(orders[i].LocationID, 10))
	}
	if location != 0 {
		orders = slices.DeleteFunc(orders, func(e blackbird.Explained) bool { return e.LocationID != location })
	}
	switch {
	case len(orders) == 0 && len(locations) > 0:
		return notFound(fmt.Sprintf("store %s has no order with that id at location %d", a.cfg.Store, location),
			"it has one at: "+strings.Join(locations, ", "))
	case len(orders) == 0 && len(rejects) > 0:
		return notFound("the order is rejected, so it has no points: "+rejects[0].Detail,
			sync.RejectHint(rejects[0].Reason)+"; "+commandFor(a.cfg.Store, "rejects orders")+" lists all rejects")
	case len(orders) == 0:
		return notFound(fmt.Sprintf("store %s has no order with that id", a.cfg.Store),
			"give an order's id as BioTrack spells it; a new order is there after `blackbirdctl sync orders`")
	case len(orders) > 1:
		return notFound(fmt.Sprintf("store %s has orders with that id at %d locations", a.cfg.Store, len(orders)),
			"give one of the locations with --location: "+strings.Join(locations, ", "))
	}
	return a.print(orders[0], func(w io.Writer) {
		explain(w, &orders[0], a.cfg.TimeZone)
		for i := range rejects {
			fmt.Fprintf(w, "\nrejected as it is now, so these are its numbers of before: %s\n",
				output.PlainText(rejects[i].Detail))
		}
	})
}

// explain writes the order's state, and how each of its lines came about.
func explain(w io.Writer, e *blackbird.Explained, zone *time.Location) {
	order := model.LedgerOrder{Known: e.Known, Status: e.Status}
	customer := "no customer"
	if e.CustomerID != nil {
		order.CustomerID = *e.CustomerID
		customer = "customer " + output.PlainText(order.CustomerID)
	}
	fmt.Fprintf(w, "order %s of %s: %s, %s\n",
		output.PlainText(e.OrderID), customer, e.Status, output.Time(e.OrderedAt.Time, zone))
	fmt.Fprintf(w, "total %s (subtotal %s, tax %s), refunded %s\n", e.Total, e.Subtotal, e.Tax, e.RefundedTotal)
	if len(e.Lines) == 0 {
		fmt.Fprintln(w, "no line in the ledger: "+whyNoLine(&order))
	}
	for i := range e.Lines {
		explainLine(w, &e.Lines[i], e.Subtotal, zone)
	}
}

// whyNoLine returns why the ledger has no line of an order.
func whyNoLine(o *model.LedgerOrder) string {
	switch loyalty.ObstacleOf(o) {
	case loyalty.ObstacleAnonymous:
		return "an order without a customer earns no points"
	case loyalty.ObstacleUnknown:
		return "the store does not have the customer yet; `blackbirdctl sync customers` adds it"
	case loyalty.ObstacleStatus:
		return fmt.Sprintf("an order whose status is %s earns no points", o.Status)
	case loyalty.NoObstacle:
	}
	return "it earns nothing under the rules, or `blackbirdctl points recompute` has not calculated it yet"
}

// explainLine repeats the calculation of a line, in the ledger's numbers.
func explainLine(w io.Writer, l *blackbird.OrderLine, subtotal model.Cents, zone *time.Location) {
	terms := loyalty.ParseTerms(string(l.Terms))
	fmt.Fprintf(w, "\nline %d, pass %d, %s: %+d points, %s\n",
		l.Revision, l.PassID, output.Time(l.CreatedAt.Time, zone), l.Points, lineReason(l.Kind, l.Points))
	fmt.Fprintf(w, "  customer     %s\n", output.PlainText(l.CustomerID))
	fmt.Fprintf(w, "  terms        %s\n", output.PlainText(terms.String()))
	if terms.Version > 0 {
		fmt.Fprintf(w, "  rules        version %d\n", terms.Version)
	}
	product := l.BasisAmount.Decimal().Mul(l.Rate).Mul(l.Multiplier)
	fmt.Fprintf(w, "  basis        %s of the %s was left after refunds\n", l.BasisAmount, terms.Basis)
	if terms.Basis == loyalty.BasisSubtotal && l.BasisAmount != 0 && l.BasisAmount != subtotal {
		// The ledger has a share of the subtotal in cents. Points are calculated before it is rounded to these.
		fmt.Fprintf(w, "  calculation  %s, before it was rounded to cents, × %s × %s, rounded half up\n",
			l.BasisAmount, l.Rate, l.Multiplier)
	} else {
		fmt.Fprintf(w, "  calculation  %s × %s × %s = %s, rounded half up\n", l.BasisAmount, l.Rate, l.Multiplier,
			product)
	}
	if terms.Capped {
		fmt.Fprintf(w, "  cap          at most %d\n", terms.Cap)
	}
	fmt.Fprintf(w, "  ledger       %d before, %+d, so %d after\n", l.Running-l.Points, l.Points, l.Running)
}
