package cmd

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) pointsExplain() *cobra.Command {
	return &cobra.Command{
		Use:     "explain ORDER",
		Short:   "Explain an order's points, step by step, from the ledger's own numbers",
		Example: "  blackbirdctl points explain 1000000042",
		Args:    args(cobra.ExactArgs(1)),
		RunE:    func(c *cobra.Command, args []string) error { return a.runExplain(c.Context(), args[0]) },
	}
}

func (a *app) runExplain(ctx context.Context, order string) error {
	store, done, err := a.global.readStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	explained, found, err := store.Explain(ctx, order)
	if err != nil {
		return err
	}
	if !found {
		return &usageError{&sync.SetupError{
			Problem:  fmt.Sprintf("store %s has no order with that id", a.global.store),
			HintText: "give an order's id as BioTrack spells it; a new order is there after `blackbirdctl sync orders`",
		}}
	}
	return a.print(explained, func(w io.Writer) { explain(w, &explained, a.global.timeZone.Location) })
}

// explain says how an order stands, and how each of its lines came about.
func explain(w io.Writer, e *blackbird.Explained, zone *time.Location) {
	fmt.Fprintf(w, "order %s of %s: %s, %s\n", plainText(e.OrderID), customerOf(e), e.Status, clock(e.OrderedAt, zone))
	fmt.Fprintf(w, "total %s (subtotal %s, tax %s), refunded %s\n", e.Total, e.Subtotal, e.Tax, e.RefundedTotal)
	if len(e.Lines) == 0 {
		fmt.Fprintln(w, "no line in the ledger: "+whyNoLine(e))
	}
	for i := range e.Lines {
		explainLine(w, &e.Lines[i], zone)
	}
}

func customerOf(e *blackbird.Explained) string {
	if e.CustomerID == nil {
		return "no customer"
	}
	return "customer " + plainText(*e.CustomerID)
}

// whyNoLine says why an order has earned nothing.
func whyNoLine(e *blackbird.Explained) string {
	switch {
	case e.CustomerID == nil:
		return "nobody earns points for a sale without a customer"
	case !e.Known:
		return "the customer has no row in customers yet; `blackbirdctl sync customers` brings it"
	case !e.Status.Earns():
		return "an order that is " + string(e.Status) + " earns nothing"
	}
	return "it earns nothing under the rules, or `blackbirdctl points recompute` has not looked at it yet"
}

// explainLine does the sum of a line again, in the ledger's numbers.
func explainLine(w io.Writer, l *blackbird.OrderLine, zone *time.Location) {
	terms := loyalty.ParseTerms(l.Rate, l.Multiplier, l.Rule)
	fmt.Fprintf(w, "\nline %d, pass %d, %s: %+d points, %s\n", l.Revision, l.PassID, clock(l.CreatedAt, zone), l.Points, why(l.Kind, l.Points))
	fmt.Fprintf(w, "  customer   %s\n", plainText(l.CustomerID))
	fmt.Fprintf(w, "  terms      %s\n", plainText(terms.String()))
	due := l.BasisAmount.Decimal().Mul(l.Rate).Mul(l.Multiplier)
	fmt.Fprintf(w, "  basis      %s of the %s was left after refunds\n", l.BasisAmount, terms.Basis)
	fmt.Fprintf(w, "  reckoning  %s × %s × %s = %s, rounded to whole points, a half upwards\n", l.BasisAmount, l.Rate, l.Multiplier, due)
	if terms.Capped {
		fmt.Fprintf(w, "  cap        at most %d\n", terms.Cap)
	}
	fmt.Fprintf(w, "  ledger     %d before, %+d, so %d after\n", l.Running-l.Points, l.Points, l.Running)
}
