package blackbird

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

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

// TestBrokenLoad: a connection that breaks just when a load begins ends the merge with an error. It made the pass wait for ever.
func TestBrokenLoad(t *testing.T) {
	t.Parallel()
	cfg, err := pq.NewConfig(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	dialer := &breakingDialer{at: "COPY "}
	store, err := OpenPostgres(t.Context(), cfg, dialer, "default")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	session, err := store.Session(t.Context(), StreamCustomers, false)
	if err != nil {
		t.Fatal(err)
	}
	pass, err := session.Begin(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	batch := pass.NewBatch()
	batch.AddCustomer(&Customer{ID: []byte("1"), LocationID: 1})
	batch.Read++
	ended := make(chan error)
	go func() { ended <- errors.Join(pass.MergeCustomers(t.Context(), batch), session.Close()) }()
	select {
	case err = <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the merge waits for ever")
	}
	if !dialer.broken.Load() || !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, net.ErrClosed) {
		t.Errorf("broken %v, error %v", dialer.broken.Load(), err)
	}
}

// TestFailOverAnotherLine: a pass whose connection is gone is told to have failed all the same, and a newer one's end is left alone.
func TestFailOverAnotherLine(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamOrders)
		_ = w.own.conn.Raw(func(any) error { return driver.ErrBadConn })
		h.check(w.pass.Fail(t.Context(), "stopped"))
		h.same("passes", h.rows("SELECT status, message FROM passes"), []string{"failed|stopped"})
		h.exec("UPDATE passes SET status = 'dead', message = 'buried'")
		h.check(w.pass.Fail(t.Context(), "stopped"))
		h.same("passes", h.rows("SELECT status, message FROM passes"), []string{"dead|buried"})
	})
}
