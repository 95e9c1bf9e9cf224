package postgres_test

import (
	"errors"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// TestEncodings: a database that cannot hold every text is refused as soon as it is opened.
func TestEncodings(t *testing.T) {
	t.Parallel()
	for encoding, want := range map[string]error{"UTF8": nil, "SQL_ASCII": nil, "LATIN1": blackbird.ErrEncoding} {
		store, err := open(t.Context(), pgtest.Database(t, pgtest.WithEncoding(encoding)), storeID, "first")
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", encoding, err, want)
		}
		if err == nil {
			_ = store.Close()
		}
	}
}
