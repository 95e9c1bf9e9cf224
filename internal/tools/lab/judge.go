package lab

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
)

// mostDifferences is how many differences an error lists.
const mostDifferences = 20

// Store is a store to compare with its till.
type Store struct {
	ID          string
	Driver, URL string
	Level       int64
	Rooms       []int64
}

// Judge compares a store with what the rules say of its till, and returns how many rows it compared. Rows that the till
// has removed or broken since they came may linger.
func (s Store) Judge(ctx context.Context, till *sql.DB) (rows int, err error) {
	source, err := oracle.Read(ctx, till)
	if err != nil {
		return 0, err
	}
	var actual *oracle.Actual
	err = with(s.Driver, s.URL, func(db *sql.DB) (err error) {
		actual, err = oracle.ReadStore(ctx, db, s.Driver == "sqlite", s.ID)
		return err
	})
	if err != nil {
		return 0, err
	}
	expected := oracle.Expect(source, oracle.Settings{
		Region: "US", Level: s.Level, Rooms: s.Rooms, PointsPerDollar: decimal.NewFromInt(1), Basis: oracle.BasisTotal,
		Now: time.Now(),
	})
	rows = len(expected.Customers) + len(expected.Orders) + len(expected.Products) + len(expected.Rejects) +
		len(expected.Points) +
		len(expected.Balances)
	differences := oracle.Diff(expected, actual, oracle.Options{KeepRejected: true, AllowRemoved: true})
	if len(differences) == 0 {
		return rows, nil
	}
	var b strings.Builder
	for _, d := range differences[:min(mostDifferences, len(differences))] {
		fmt.Fprintf(&b, "\n\t%s", d)
	}
	return rows, fmt.Errorf("store %s differs from its till in %d rows:%s", s.ID, len(differences), b.String())
}
