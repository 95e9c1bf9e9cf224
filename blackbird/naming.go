package blackbird

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NamingLine is a line of the ledger that a person made and whose reason names a customer, by its key.
type NamingLine struct {
	CustomerID string `db:"customer_id"`
	SourceID   string `db:"source_id"`
	Revision   int64  `db:"revision"`
	LocationID int64  `db:"location_id"`
	Rule       string `db:"rule"`
}

// contact is how a customer is named in one row.
type contact struct {
	First *string `db:"first_name"`
	Last  *string `db:"last_name"`
	Email *string `db:"email"`
	Phone *string `db:"phone"`
}

// naming returns the lines whose reason has a customer's e-mail, phone, or first and last name; of the customer's own
// lines those with one of the names, too.
func (q Queries) naming(ctx context.Context, customerID string) (lines []NamingLine, err error) {
	var contacts []contact
	if err = q.Select(ctx, &contacts, "contacts_of", Args{"customer_id": customerID}); err != nil {
		return nil, err
	}
	err = q.Select(ctx, &lines, "adjustments", nil)
	return slices.DeleteFunc(lines, func(l NamingLine) bool {
		return !slices.ContainsFunc(contacts, func(c contact) bool {
			return c.in(l.Rule, l.CustomerID == customerID)
		})
	}), err
}

// leastPhone is how many digits a text must have to be looked for as a phone.
const leastPhone = 7

func (c contact) in(reason string, own bool) bool {
	has := func(text *string) bool {
		return text != nil && utf8.RuneCountInString(*text) > 1 &&
			strings.Contains(strings.ToLower(reason), strings.ToLower(*text))
	}
	first, last := has(c.First), has(c.Last)
	phone := digits(orEmpty(c.Phone))
	return has(c.Email) || first && last || own && (first || last) ||
		len(phone) >= leastPhone && strings.Contains(digits(reason), phone)
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}
