package biotrack

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// settings returns all settings of a session between reads.
func (s *till) settings(source *Source) (all []string) {
	s.Helper()
	conn := must[*sqlx.Conn](s)(source.db.Connx(s.Context()))
	defer conn.Close()
	return shop.Texts(s, conn, "SELECT name || '=' || setting FROM pg_settings ORDER BY name")
}

// TestNothingStaysOnSession reads all there is, and lets reads fail, on one session of the server, as a pooler would:
// in the end it has the settings that it had.
func TestNothingStaysOnSession(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"UTF8", "SQL_ASCII"} {
		t.Run(encoding, func(t *testing.T) {
			s := emptyTill(t, biotracktest.Layout2015, pgtest.WithEncoding(encoding))
			source := s.openWith(s.named())
			source.db.SetMaxOpenConns(1)
			pid := func() []string {
				conn := must[*sqlx.Conn](t)(source.db.Connx(t.Context()))
				defer conn.Close()
				return shop.Texts(t, conn, "SELECT CAST(pg_backend_pid() AS text)")
			}
			before, session := s.settings(source), pid()
			for name, run := range operations {
				if err := run(t.Context(), source); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			for query, code := range map[string]pqerror.Code{
				"SELECT 1/0":            pqerror.DivisionByZero,
				"SELECT pg_sleep(3600)": pqerror.QueryCanceled,
				"CREATE TABLE ours ()":  pqerror.ReadOnlySQLTransaction,
			} {
				err := source.read(t.Context(), "test", func(tx *sqlx.Tx) error {
					if code == pqerror.QueryCanceled {
						must[sql.Result](t)(tx.ExecContext(t.Context(), "SET LOCAL statement_timeout = 1"))
					}
					_, err := tx.ExecContext(t.Context(), query)
					return err
				})
				if pq.As(err, code) == nil {
					t.Errorf("%s: %v, want %s", query, err, code)
				}
			}
			if diff := cmp.Diff(before, s.settings(source)); diff != "" {
				t.Errorf("the session's settings were changed:\n%s", diff)
			}
			same(t, "the server's session", pid(), session)
		})
	}
}

// TestCancelledReadIsRolledBack cancels a read that waits for a lock: nothing of it stays at the till.
func TestCancelledReadIsRolledBack(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	source := s.openWith(s.named())
	tickets := must[*Table[Ticket]](t)(source.Tickets())
	ctx, cancel := context.WithCancel(t.Context())
	s.blocked("tickets", func(context.Context) error {
		if _, err := tickets.Changed(ctx, 3, 9); err == nil {
			return errors.New("the read was not cancelled")
		}
		return nil // the server's word that it cancelled may come before the driver's
	}, func(*sql.Tx) { cancel() })
	const ours = `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = $1 AND state <> 'idle'`
	for s.Value(ours, promised["application_name"]) != "0" {
		// The server takes a moment to notice.
	}
	must[State](t)(source.State(t.Context(), Former{}))
}

// meddler makes connections that count what they send, and may take READ ONLY out of it, as a proxy that rewrites
// statements does.
type meddler struct {
	sent       atomic.Int64
	makesWrite bool
}

func (m *meddler) Dial(network, address string) (net.Conn, error) {
	return m.DialTimeout(network, address, 0)
}

func (m *meddler) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: timeout}).Dial(network, address)
	return &meddledConn{conn, m}, err
}

type meddledConn struct {
	net.Conn
	meddler *meddler
}

func (c *meddledConn) Write(p []byte) (int, error) {
	c.meddler.sent.Add(1)
	if c.meddler.makesWrite {
		p = bytes.ReplaceAll(p, []byte("READ ONLY"), []byte("         "))
	}
	return c.Conn.Write(p)
}

// TestReadIsThreeRoundTrips checks that a read is no more messages than its begin, its statement and its end: over a
// slow line each counts.
func TestReadIsThreeRoundTrips(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	m := &meddler{}
	source := must[*Source](t)(Open(t.Context(), s.Config(), m, DefaultTimeouts()))
	defer source.Close()
	tickets := must[*Table[Ticket]](t)(source.Tickets())
	must[[]string](t)(tickets.Changed(t.Context(), 3, 9)) // no connection has to be opened for the next
	before := m.sent.Load()
	must[[]string](t)(tickets.Changed(t.Context(), 3, 9))
	if sent := m.sent.Load() - before; sent != 3 {
		t.Errorf("a read is %d messages, want 3", sent)
	}
}

// TestWritableTransactionIsRefused: what is between us and the server drops READ ONLY.
func TestWritableTransactionIsRefused(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	_, err := Open(t.Context(), s.Config(), &meddler{makesWrite: true}, DefaultTimeouts())
	if !errors.Is(err, ErrWritable) {
		t.Errorf("error is %v, want ErrWritable", err)
	}
}
