package blackbird

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"
)

// Duplicate is somebody who is a customer more than once, at one store or at several: the name, the phone and the e-mail are the same, as
// Blackbird matches customers. Nothing is merged in the stores' own rows.
type Duplicate struct {
	// ID is the same as long as name, phone and e-mail are, and tells none of them.
	ID string `json:"person"`
	// Balance and Lifetime are the sums over the customers.
	Balance   int64               `json:"balance"`
	Lifetime  int64               `json:"lifetime"`
	Customers []DuplicateCustomer `json:"customers"`
}

// DuplicateCustomer is one of the customers who are a person.
type DuplicateCustomer struct {
	Store      string `json:"store"`
	CustomerID string `json:"customer_id"`
	Balance    int64  `json:"balance"`
	Lifetime   int64  `json:"lifetime"`
}

//go:embed sql/persons.sql
var personsSQL string

// personRow is a customer who may be a person that others are.
type personRow struct {
	StoreID    string  `db:"store_id"`
	CustomerID string  `db:"customer_id"`
	FirstName  *string `db:"first_name"`
	LastName   *string `db:"last_name"`
	Phone      string  `db:"phone_e164"`
	Email      string  `db:"email"`
	Balance    int64   `db:"balance"`
	Lifetime   int64   `db:"lifetime"`
}

// identity is what the rows of one person have in common.
type identity [sha256.Size]byte

func (r *personRow) identity() identity {
	name := strings.ToLower(strings.Join([]string{textOf(r.FirstName), textOf(r.LastName)}, "\x00"))
	return sha256.Sum256([]byte(strings.Join([]string{name, r.Phone, r.Email}, "\x00")))
}

// id is the identity's short form, for people to read.
func (i identity) id() string { return hex.EncodeToString(i[:6]) }

// Duplicates returns those who are customers more than once in the stores of this database.
func (s *Store) Duplicates(ctx context.Context) (persons []Duplicate, err error) {
	var rows []personRow
	err = s.snapshot(ctx, func(r *reader) error { return r.selects(ctx, &rows, personsSQL, nil) })
	if err != nil {
		return nil, wrap("read customers of", err)
	}
	at := make(map[identity]int)
	var all []Duplicate
	for i := range rows {
		row := &rows[i]
		who := row.identity()
		n, known := at[who]
		if !known {
			n = len(all)
			at[who] = n
			all = append(all, Duplicate{ID: who.id()})
		}
		p := &all[n]
		p.Balance, p.Lifetime = p.Balance+row.Balance, p.Lifetime+row.Lifetime
		p.Customers = append(p.Customers, DuplicateCustomer{row.StoreID, row.CustomerID, row.Balance, row.Lifetime})
	}
	for _, p := range all {
		if len(p.Customers) > 1 {
			persons = append(persons, p)
		}
	}
	return persons, nil
}
