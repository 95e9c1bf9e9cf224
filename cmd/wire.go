package cmd

import (
	"context"
	"net"
	stdsync "sync"
	"time"
)

const (
	// storeSilence is how long a Blackbird database may say nothing: a merge of ours may wait for another stream's.
	storeSilence = 5 * time.Minute
	// sourceSlack is how much longer than its own statement timeout a BioTrack database may say nothing.
	sourceSlack = 5 * time.Second
	// parting is how long a stopped pass may take to leave a database in good order, before its connections are cut.
	parting = 10 * time.Second
)

// wire dials a database. A connection on which an answer is due, and nothing comes or goes for too long, fails: the driver would wait for
// ever on a network that has swallowed the answer. When the process is told to stop, what is still waiting is cut after a while.
type wire struct {
	silence time.Duration

	mu    stdsync.Mutex
	conns map[*wireConn]struct{}
	cut   bool
}

// newWire returns a dialer whose connections end with the context.
func newWire(ctx context.Context, silence time.Duration) *wire {
	w := &wire{silence: silence, conns: make(map[*wireConn]struct{})}
	context.AfterFunc(ctx, func() { time.AfterFunc(parting, w.cutAll) })
	return w
}

// Dial connects without a limit of time.
func (w *wire) Dial(network, address string) (net.Conn, error) {
	return w.DialContext(context.Background(), network, address)
}

// DialTimeout connects within the time.
func (w *wire) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return w.DialContext(ctx, network, address)
}

// DialContext connects before the context ends.
func (w *wire) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &wireConn{Conn: conn, wire: w}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	w.conns[c] = struct{}{}
	return c, nil
}

func (w *wire) cutAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	for c := range w.conns {
		_ = c.Conn.Close()
	}
}

// wireConn is one connection.
type wireConn struct {
	net.Conn
	wire *wire

	mu stdsync.Mutex
	// bound says that the driver has set a deadline of its own, which stands.
	bound bool
}

// SetDeadline is the driver's own deadline, while it connects.
func (c *wireConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound = !t.IsZero()
	return c.Conn.SetDeadline(t)
}

// Read reads what comes before the silence is too long.
func (c *wireConn) Read(p []byte) (int, error) {
	if err := c.extend(c.SetReadDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write sends what goes before the silence is too long.
func (c *wireConn) Write(p []byte) (int, error) {
	if err := c.extend(c.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *wireConn) extend(set func(time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bound {
		return nil
	}
	return set(time.Now().Add(c.wire.silence))
}

// Close ends the connection.
func (c *wireConn) Close() error {
	c.wire.mu.Lock()
	delete(c.wire.conns, c)
	c.wire.mu.Unlock()
	return c.Conn.Close()
}
