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
	c := a.reader("show CUSTOMER", "Show a customer's points, and each line of the ledger with the reason",
		"  blackbirdctl points show C0000042", cobra.ExactArgs(1),
		func(ctx context.Context, store *blackbird.Store, args []string) error {
			return a.showPoints(ctx, store, args[0], limit)
		})
	c.Long = `Show a customer's balance, and each line of the ledger with the reason and the balance after it. The lines
are in the order of the times from which their points count, such as the order's, the newest last. It ends with 65 if
the balance is not the sum of the lines.`
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), usualLimit, "maximum number of rows to show")
	return c
}

func (a *app) showPoints(ctx context.Context, store *blackbird.Store, customer string, limit int64) error {
	account, err := store.Account(ctx, customer, limit)
	if err != nil {
		return err
	}
	if !account.Known {
		// The argument is not repeated: it may have been a name.
		return notFound(fmt.Sprintf("store %s has no customer with that id", store.ID()),
			"give a customerid as BioTrack spells it; a new customer is there after `blackbirdctl sync customers`")
	}
	r := accountReport{
		Store: store.ID(), Customer: customer, Balance: account.Balance,
		Spendable: max(0, account.Balance), Lifetime: account.Lifetime,
		Sum: account.Sum, Count: account.Lines, Lines: []accountLine{}, zone: a.cfg.TimeZone,
	}
	for _, line := range account.Newest {
		r.Lines = append(r.Lines, accountLine{line, lineReason(line.Kind, line.Points)})
	}
	if err := a.print(r, r.write); err != nil || r.Balance == r.Sum {
		return err
	}
	return finding(fmt.Sprintf("the balance is %d, and the lines of the ledger add up to %d", r.Balance, r.Sum),
		"the store's tables were changed by hand: the ledger is right; run `blackbirdctl verify points --repair`")
}

// accountReport is what points show prints. It names the customer by id only.
type accountReport struct {
	Store    string `json:"store"`
	Customer string `json:"customer_id"`
	Balance  int64  `json:"balance"`
	// Spendable is how many points the customer can spend, never below 0.
	Spendable int64 `json:"spendable"`
	Lifetime  int64 `json:"lifetime"`
	// Sum is the sum of all lines of the ledger, and Count their number, shown or not.
	Sum   int64         `json:"ledger_sum"`
	Count int64         `json:"ledger_lines"`
	Lines []accountLine `json:"lines"`
	zone  *time.Location
}

type accountLine struct {
	blackbird.AccountLine
	Reason string `json:"why"`
}

// lineReason returns a line's kind in words; of a kind that this version does not know, its name.
func lineReason(kind model.LineKind, points int64) string {
	switch {
	case kind == model.LineTransfer && points < 0:
		return "transfer to another customer"
	case kind == model.LineExpiry && points > 0:
		return "expiry taken back"
	case kind == model.LineWriteOff && points < 0:
		return "write-off taken back"
	}
	reason, known := map[model.LineKind]string{
		model.LineAward:      "award for the order",
		model.LineRefund:     "taken back: refunded",
		model.LineVoid:       "taken back: voided",
		model.LineTransfer:   "transfer from another customer",
		model.LineEnrollment: "for being a customer",
		model.LineExpiry:     "expired: no order for too long",
		model.LineAdjustment: "adjusted by hand",
		model.LineWriteOff:   "balance below 0 written off",
		model.LineCorrection: "correction: the order or the rules changed",
	}[kind]
	if !known {
		return string(kind)
	}
	return reason
}

func (r accountReport) write(w io.Writer) {
	balance := output.Int(r.Balance)
	if r.Balance < 0 {
		balance += ", nothing to spend"
	}
	fmt.Fprintf(w, "customer %s: balance %s, lifetime %d\n", output.PlainText(r.Customer), balance, r.Lifetime)
	if r.Count == 0 {
		fmt.Fprintln(w, "no line in the ledger")
		return
	}
	if more := r.Count - int64(len(r.Lines)); more > 0 {
		fmt.Fprintf(w, "%d older lines: see them with --limit %d\n", more, r.Count)
	}
	var rows [][]string
	for i := range r.Lines {
		l := &r.Lines[i]
		rows = append(rows, []string{
			output.Time(l.EffectiveAt.Time, r.zone), l.Label(), fmt.Sprintf("%+d", l.Points), output.Int(l.Running),
			loyalty.RuleText(l.Rule, string(l.Terms)), l.BasisAmount.String(), l.Rate.String(), l.Multiplier.String(),
			output.Int(l.PassID), l.Reason,
		})
	}
	output.Table(w, []string{
		"WHEN", "ORDER", "POINTS", "BALANCE", "~RULE", "~AMOUNT", "~RATE", "~MULTIPLIER", "~PASS", "WHY",
	}, rows)
}
