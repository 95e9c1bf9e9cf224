package blackbird

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Person is a customer as people look for one.
type Person struct {
	ID         string  `db:"customer_id" json:"customer_id"`
	FirstName  *string `db:"first_name" json:"first_name"`
	LastName   *string `db:"last_name" json:"last_name"`
	Email      *string `db:"email" json:"email"`
	Phone      *string `db:"phone" json:"phone"`
	LocationID *int64  `db:"location_id" json:"location_id"`
	Active     bool    `db:"active" json:"active"`
	Balance    int64   `db:"balance" json:"balance"`
	// ForgottenAt is when the name, phone and e-mail were removed, nil where they were not.
	ForgottenAt *UTCTime `db:"forgotten_at" json:"forgotten_at,omitempty"`
	Found       int64    `db:"found" json:"-"`
}

// FindCustomers returns the customers with that id, e-mail or phone, or with the text in their name, by name, and how
// many there are in all. The phone is in the form of E.164, empty where the text is none.
func (s *Store) FindCustomers(
	ctx context.Context, text, phone string, most int64,
) (people []Person, found int64, err error) {
	if !utf8.ValidString(text) {
		return nil, 0, nil
	}
	pattern := func(text string) string {
		return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
	}
	// SQLite knows the lower case of ASCII alone: there other letters are found as they are spelled.
	spelled := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToLower(r)
		}
		return r
	}, text)
	args := Args{"text": text, "phone": phone, "pattern": pattern(strings.ToLower(text)), "spelled": pattern(spelled),
		"most": most}
	err = s.on(s.db).Select(ctx, &people, "customers_find", args)
	if len(people) > 0 {
		found = people[0].Found
	}
	return people, found, s.wrap("find customers", err)
}

// PersonOrder is an order of a customer.
type PersonOrder struct {
	ID            string            `db:"order_id" json:"order_id"`
	LocationID    int64             `db:"location_id" json:"location_id"`
	Status        model.OrderStatus `db:"status" json:"status"`
	Total         model.Cents       `db:"total" json:"total"`
	RefundedTotal model.Cents       `db:"refunded_total" json:"refunded_total"`
	OrderedAt     UTCTime           `db:"ordered_at" json:"ordered_at"`
	Points        int64             `db:"points" json:"points"`
	Found         int64             `db:"found" json:"-"`
}

// Customer returns a customer with the newest orders, and how many orders there are; nil where the store has no such
// customer.
func (s *Store) Customer(
	ctx context.Context, id string, most int64,
) (person *Person, orders []PersonOrder, count int64, err error) {
	if !utf8.ValidString(id) {
		return nil, nil, 0, nil
	}
	err = s.snapshot(ctx, func(q Queries) error {
		args := Args{"customer_id": id, "most": most}
		var found Person
		if err := q.Get(ctx, &found, "customer", args); err != nil {
			return err
		}
		person = &found
		return q.Select(ctx, &orders, "customer_orders", args)
	})
	if isNone(err) {
		return nil, nil, 0, nil
	}
	if len(orders) > 0 {
		count = orders[0].Found
	}
	return person, orders, count, s.wrap("read customer", err)
}
