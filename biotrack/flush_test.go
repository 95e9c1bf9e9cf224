package biotrack

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestPositionsUnflushed: while the server's log is not flushed, the position that survives a crash is that of the last
// checkpoint, and a read that cannot get further does not wait for more.
func TestPositionsUnflushed(t *testing.T) {
	t.Parallel()
	server := pgtest.OwnServer(t, pgtest.Options{Settings: map[string]string{
		"synchronous_commit": "on", "wal_writer_delay": "10s", "wal_level": "minimal", "max_wal_senders": "0",
	}})
	s := &till{shop.TillAt(t, server.URL("postgres"))}
	if err := biotracktest.Create(t.Context(), s.DB, biotracktest.Layout2015); err != nil {
		t.Fatal(err)
	}
	timeouts := DefaultTimeouts()
	timeouts.Flush = 0
	source := must[*Source](t)(Open(t.Context(), s.Config(), nil, timeouts))
	t.Cleanup(func() { _ = source.Close() })
	s.Exec("CHECKPOINT")
	checkpoint := must[State](t)(source.State(t.Context(), Former{})).Positions
	if checkpoint.Durable != checkpoint.Next {
		t.Errorf("after a checkpoint the positions are %+v", checkpoint)
	}
	for range 3 {
		tx := s.Begin()
		if _, err := tx.Exec("INSERT INTO tickets (id) VALUES ('never')"); err != nil {
			t.Fatal(err)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
	at := must[State](t)(source.State(t.Context(), Former{})).Positions
	want := at.Next
	if at.Flushed < at.WAL {
		// As it is unless the server's own turn to flush has just come.
		want = checkpoint.Next
	}
	if at.Next != checkpoint.Next+3 || at.Durable != want {
		t.Errorf("the positions were %+v, and are %+v", checkpoint, at)
	}
	// The default is to wait for seconds: with a position that is known this ends at once.
	for range 100 {
		must[State](t)(s.open().State(t.Context(), Former{Position: at.Next}))
	}
}
