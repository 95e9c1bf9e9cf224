package blackbird

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// What a shopper sees: the menu, and their points.

//go:embed sql/menu.sql
var menuSQL string

// Menu returns the products on the menu, by name.
func (s *Store) Menu(ctx context.Context) (products []Product, err error) {
	err = s.snapshot(ctx, func(r *reader) error { return r.selects(ctx, &products, menuSQL, nil) })
	slices.SortStableFunc(products, func(a, b Product) int {
		return cmp.Compare(strings.ToLower(textOf(a.Name)), strings.ToLower(textOf(b.Name)))
	})
	return products, wrap("read products of", err)
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// Account is a customer's points.
type Account struct {
	Known    bool
	Balance  int64
	Lifetime int64
	// Sum is what the ledger's lines add up to: the balance, if all is well. Lines is how many there are.
	Sum, Lines int64
	// Newest are the newest lines, oldest first.
	Newest []AccountLine `db:"-"`
}

// AccountLine is a line of the ledger, and what it and those before it add up to.
type AccountLine struct {
	OrderID     string          `db:"order_id" json:"order_id"`
	Revision    int64           `db:"revision" json:"revision"`
	Kind        model.LineKind  `db:"kind" json:"kind"`
	Points      int64           `db:"points" json:"points"`
	BasisAmount model.Cents     `db:"basis_amount" json:"basis_amount"`
	Rate        decimal.Decimal `db:"rate" json:"rate"`
	Multiplier  decimal.Decimal `db:"multiplier" json:"multiplier"`
	Rule        string          `db:"rule" json:"rule"`
	PassID      int64           `db:"pass_id" json:"pass_id"`
	CreatedAt   UTCTime         `db:"created_at" json:"created_at"`
	Running     int64           `db:"running" json:"balance"`
}

//go:embed sql/account.sql
var accountSQL string

//go:embed sql/account_lines.sql
var accountLinesSQL string

// Account returns a customer's points with so many of the newest lines, all as of one moment.
func (s *Store) Account(ctx context.Context, customerID string, most int64) (a Account, err error) {
	if !utf8.ValidString(customerID) {
		return a, nil
	}
	err = s.snapshot(ctx, func(r *reader) error {
		args := map[string]any{"customer_id": customerID, "most": most}
		if err := r.get(ctx, &a, accountSQL, args); err != nil {
			return err
		}
		return r.selects(ctx, &a.Newest, accountLinesSQL, args)
	})
	slices.Reverse(a.Newest)
	return a, wrap("read points of", err)
}

// Account returns a customer's points, without lines.
func (x *Session) Account(ctx context.Context, customerID string) (a Account, err error) {
	if !utf8.ValidString(customerID) {
		return a, nil
	}
	err = x.get(ctx, x.own.conn, &a, accountSQL, map[string]any{"customer_id": customerID})
	return a, wrap("read points of", err)
}
