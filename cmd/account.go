package cmd

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

func (a *app) pointsShow() *cobra.Command {
	var limit int64
	c := &cobra.Command{
		Use:   "show CUSTOMER",
		Short: "Show a customer's points, and each line of the ledger with its why",
		Long: `Show a customer's balance, and each line of the ledger with its why, the newest last. A balance that is not what the lines
add up to ends with 65.`,
		Example: "  blackbirdctl points show C0000042",
		Args:    args(cobra.ExactArgs(1)),
		RunE:    func(c *cobra.Command, args []string) error { return a.runPointsShow(c.Context(), args[0], limit) },
	}
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), usualLimit, "how many rows to show at most")
	return c
}

func (a *app) runPointsShow(ctx context.Context, customer string, limit int64) error {
	store, done, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	account, err := store.Account(ctx, customer, limit)
	if err != nil {
		return err
	}
	if !account.Known {
		return unknownCustomer(a.cfg.Store)
	}
	report := newAccountReport(a.cfg.Store, customer, &account)
	report.zone = a.cfg.TimeZone
	if err := a.print(report, report.write); err != nil {
		return err
	}
	return report.verdict()
}

// unknownCustomer does not repeat what was asked for: it may have been a name.
func unknownCustomer(store string) error {
	return notFound(fmt.Sprintf("store %s has no customer with that id", store),
		"give a customerid as BioTrack spells it; a new customer is there after `blackbirdctl sync customers`")
}

// accountReport is what points show prints. It names the customer by id alone.
type accountReport struct {
	Store    string `json:"store"`
	Customer string `json:"customer_id"`
	Balance  int64  `json:"balance"`
	Lifetime int64  `json:"lifetime"`
	// Sum is what the ledger's lines add up to, Count how many there are, shown or not.
	Sum   int64         `json:"ledger_sum"`
	Count int64         `json:"ledger_lines"`
	Lines []accountLine `json:"lines"`
	zone  *time.Location
}

// accountLine is one line with its why.
type accountLine struct {
	blackbird.AccountLine
	Why string `json:"why"`
}

func newAccountReport(store, customer string, account *blackbird.Account) *accountReport {
	r := &accountReport{
		Store: store, Customer: customer, Balance: account.Balance, Lifetime: account.Lifetime, Sum: account.Sum, Count: account.Lines,
		Lines: []accountLine{},
	}
	for _, line := range account.Newest {
		r.Lines = append(r.Lines, accountLine{AccountLine: line, Why: why(line.Kind, line.Points)})
	}
	return r
}

// why says a line's kind in words. A kind that this version does not know speaks for itself.
func why(kind model.LineKind, points int64) string {
	switch {
	case kind == model.LineAward:
		return "award for the order"
	case kind == model.LineRefund:
		return "taken back: refunded"
	case kind == model.LineVoid:
		return "taken back: voided"
	case kind == model.LineTransfer && points < 0:
		return "transfer to another customer"
	case kind == model.LineTransfer:
		return "transfer from another customer"
	case kind == model.LineEnrollment:
		return "for being a customer"
	case kind == model.LineExpiry:
		return "expired: no order for too long"
	case kind == model.LineAdjustment:
		return "adjusted by hand"
	case kind == model.LineCorrection:
		return "correction: the order or the rules changed"
	}
	return string(kind)
}

var accountHeading = []string{
	"WHEN", "ORDER", "POINTS", "BALANCE", "RULE", "AMOUNT", "RATE", "MULTIPLIER", "PASS", "WHY",
}

func (r *accountReport) write(w io.Writer) {
	fmt.Fprintf(w, "customer %s: balance %d, lifetime %d\n", output.PlainText(r.Customer), r.Balance, r.Lifetime)
	if r.Count == 0 {
		fmt.Fprintln(w, "no line in the ledger")
		return
	}
	if more := r.Count - int64(len(r.Lines)); more > 0 {
		fmt.Fprintf(w, "%d older lines: see them with --limit %d\n", more, r.Count)
	}
	var rows [][]string
	for i := range r.Lines {
		rows = append(rows, r.Lines[i].cells(r.zone))
	}
	output.Table(w, accountHeading, rows)
}

func (l *accountLine) cells(zone *time.Location) []string {
	return []string{
		output.Time(l.CreatedAt.Time, zone), l.OrderID, fmt.Sprintf("%+d", l.Points), output.Int(l.Running), loyalty.RuleText(l.Rule), l.BasisAmount.String(),
		l.Rate.String(), l.Multiplier.String(), output.Int(l.PassID), l.Why,
	}
}

// verdict is the error of a balance that its ledger does not bear out.
func (r *accountReport) verdict() error {
	if r.Balance == r.Sum {
		return nil
	}
	return finding(fmt.Sprintf("the balance is %d, and the lines of the ledger add up to %d", r.Balance, r.Sum),
		"somebody has changed the store's tables by hand: the ledger is right; run `blackbirdctl verify points --repair`")
}
