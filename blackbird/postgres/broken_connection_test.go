package postgres_test

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/blackbird/postgres"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// breakingDialer's connections break when they are to send a text.
type breakingDialer struct {
	at     string
	broken atomic.Bool
}

func (d *breakingDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialTimeout(network, address, 0)
}

func (d *breakingDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: timeout}).Dial(network, address)
	return &breakingConn{conn, d}, err
}

type breakingConn struct {
	net.Conn
	dialer *breakingDialer
}

func (c *breakingConn) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(c.dialer.at)) {
		c.dialer.broken.Store(true)
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return c.Conn.Write(p)
}

// TestBrokenLoad: a connection that breaks just when a load begins ends the merge with an error. It made the pass wait
// for ever.
func TestBrokenLoad(t *testing.T) {
	t.Parallel()
	cfg, err := pq.NewConfig(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	dialer := &breakingDialer{at: "COPY "}
	store, err := postgres.Open(t.Context(), cfg, dialer, "default")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	session, err := store.Session(t.Context(), blackbird.Customers, false)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	pass, err := session.Begin(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	batch := pass.NewBatch()
	batch.AddCustomer(&blackbird.Customer{ID: []byte("1"), LocationID: 1})
	batch.Read++
	ended := make(chan error)
	go func() { ended <- pass.MergeRows(t.Context(), batch) }()
	select {
	case err = <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the merge waits for ever")
	}
	if err := pass.Fail(t.Context(), "stopped"); err != nil {
		t.Errorf("the pass could not be marked as failed over another connection: %v", err)
	}
	if !dialer.broken.Load() || !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, net.ErrClosed) {
		t.Errorf("broken %v, error %v", dialer.broken.Load(), err)
	}
}
