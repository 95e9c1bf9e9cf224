package blackbird

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Duplicate is a person who is a customer more than once, at one store or at several: the name, the phone and the
// e-mail are the same, as Blackbird matches customers. Nothing is merged in the stores' own rows.
type Duplicate struct {
	// ID is the same as long as name, phone and e-mail are, and reveals none of them.
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

// duplicateRow is a customer who may be the same person as others are.
type duplicateRow struct {
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
func (r *duplicateRow) identity() [sha256.Size]byte {
	name := strings.ToLower(strings.Join([]string{orEmpty(r.FirstName), orEmpty(r.LastName)}, "\x00"))
	return sha256.Sum256([]byte(strings.Join([]string{name, r.Phone, r.Email}, "\x00")))
}

// shortIdentity is how many bytes of an identity are shown to people.
const shortIdentity = 6

// Duplicates returns the persons who are customers more than once in the stores of this database.
func (s *Store) Duplicates(ctx context.Context) ([]Duplicate, error) {
	var rows []duplicateRow
	err := s.snapshot(ctx, func(q Queries) error { return q.Select(ctx, &rows, "duplicates", nil) })
	if err != nil {
		return nil, s.wrap("read customers", err)
	}
	indexes := make(map[[sha256.Size]byte]int)
	var all []Duplicate
	for i := range rows {
		row := &rows[i]
		identity := row.identity()
		n, known := indexes[identity]
		if !known {
			n = len(all)
			indexes[identity] = n
			all = append(all, Duplicate{ID: hex.EncodeToString(identity[:shortIdentity])})
		}
		p := &all[n]
		p.Balance, p.Lifetime = p.Balance+row.Balance, p.Lifetime+row.Lifetime
		p.Customers = append(p.Customers, DuplicateCustomer{row.StoreID, row.CustomerID, row.Balance, row.Lifetime})
	}
	return slices.DeleteFunc(all, func(d Duplicate) bool { return len(d.Customers) < 2 }), nil
}
