package biotrack

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// aged is a server whose transaction ids a test moves on.
type aged struct {
	*history
	server *pgtest.Server
}

// moveTo makes an id the server's next one, and freezes all rows, which the server wants before the next such step.
func (a aged) moveTo(epoch, xid uint32) {
	a.Helper()
	const segment, segmentIDs = 256 * 1024, 1 << 20
	err := a.server.Offline(a.Context(), func(data string) error {
		// The server expects the next id's place in its log of commits to be there.
		name := filepath.Join(data, "pg_xact", fmt.Sprintf("%04X", xid/segmentIDs))
		if _, err := os.Stat(name); err != nil {
			if err := os.WriteFile(name, make([]byte, segment), 0o600); err != nil {
				return err
			}
			if err := a.server.Own(name); err != nil {
				return err
			}
		}
		return a.server.Run(a.Context(), "pg_resetwal", "-e", fmt.Sprint(epoch), "-x", fmt.Sprint(xid), data)
	})
	if err != nil {
		a.Fatal(err)
	}
	a.Exec("UPDATE pg_database SET datallowconn = true")
	for _, database := range []string{"template0", "template1", "postgres"} {
		if _, err := pgtest.Open(a, a.server.URL(database)).ExecContext(a.Context(), "VACUUM FREEZE"); err != nil {
			a.Fatal(err)
		}
	}
}

// TestChangedAcrossEpochs moves a server's transaction ids on until they wrap around. What has changed is found
// throughout, and the rows of an earlier epoch, some of whose ids are still to come, have not changed.
func TestChangedAcrossEpochs(t *testing.T) {
	t.Parallel()
	server := pgtest.OwnServer(t, pgtest.Options{Settings: map[string]string{"autovacuum": "off"}})
	if err := server.Run(t.Context(), "pg_resetwal", "--version"); err != nil {
		t.Skip("the server's installation has no pg_resetwal")
	}
	s := &till{shop.TillAt(t, server.URL("postgres"))}
	if err := biotracktest.Create(t.Context(), s.DB, biotracktest.Layout2015); err != nil {
		t.Fatal(err)
	}
	s.Exec("SELECT txid_current() FROM generate_series(1, 2)")
	h := historyOf(s)
	a := aged{h, server}
	rows := 50
	write := func() {
		t.Helper()
		since := a.settled()
		rows++
		serial, id := fmt.Sprint(rows), fmt.Sprintf("C%d", rows)
		a.Exec("INSERT INTO tickets (ticketserial, id) VALUES ($1, $2)", serial, id)
		a.Exec("INSERT INTO customers (customerid) VALUES ($1)", id)
		a.changed(since, []string{serial}, []string{id})
		a.changed(a.settled(), nil, nil)
	}
	write()
	old := a.settled() & 0xffffffff
	for _, step := range []struct{ epoch, xid uint32 }{
		{0, 1_400_000_000}, {0, 2_147_483_640}, {0, 2_800_000_000}, {0, 4_294_967_290}, {1, uint32(old) - 40},
	} {
		a.moveTo(step.epoch, step.xid)
		write()
		write()
	}
	// Past the ids that rows of the first epoch have: each of them may be read once more, and none twice.
	again := make(map[string]int)
	for range 60 {
		since := a.settled()
		rows++
		a.Exec("INSERT INTO tickets (ticketserial, id) VALUES ($1, 'T')", rows)
		for _, key := range must[[]string](t)(a.tickets.Changed(t.Context(), since, 1000)) {
			again[key]++
		}
		if again[fmt.Sprint(rows)] != 1 {
			t.Errorf("ticket %d is new, and the scan does not return it", rows)
		}
	}
	for key, times := range again {
		if times > 1 {
			t.Errorf("ticket %s has been returned %d times", key, times)
		}
	}
}
