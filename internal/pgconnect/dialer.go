package pgconnect

import (
	"context"
	"net"
	stdsync "sync"
	"time"
)

// shutdownGrace is how long a stopped pass may take to leave a database in good order before its connections are closed.
const shutdownGrace = 10 * time.Second

// idleTimeoutDialer makes connections that fail when a read or a write makes no progress for longer than timeout.
// Without it a pass waits forever on a network that lost the answer. The driver has no tcp_user_timeout, and neither that
// nor TCP keepalive notices a proxy that acknowledges and never answers. All connections are closed shutdownGrace after
// the dialer's context is cancelled.
type idleTimeoutDialer struct {
	timeout time.Duration

	mu     stdsync.Mutex
	conns  map[*idleTimeoutConn]struct{}
	closed bool
}

func newDialer(ctx context.Context, timeout time.Duration) *idleTimeoutDialer {
	d := &idleTimeoutDialer{timeout: timeout, conns: make(map[*idleTimeoutConn]struct{})}
	context.AfterFunc(ctx, func() { time.AfterFunc(shutdownGrace, d.closeAll) })
	return d
}

// Dial connects without a time limit.
func (d *idleTimeoutDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout connects within the timeout.
func (d *idleTimeoutDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext connects before ctx ends.
func (d *idleTimeoutDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &idleTimeoutConn{Conn: conn, dialer: d}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	d.conns[c] = struct{}{}
	return c, nil
}

func (d *idleTimeoutDialer) closeAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for c := range d.conns {
		_ = c.Conn.Close()
	}
}

// idleTimeoutConn is one connection of an idleTimeoutDialer.
type idleTimeoutConn struct {
	net.Conn
	dialer *idleTimeoutDialer

	mu stdsync.Mutex
	// driverDeadline reports that the driver has set a deadline of its own, which is kept.
	driverDeadline bool
}

// SetDeadline sets the driver's own deadline, while it connects.
func (c *idleTimeoutConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.driverDeadline = !t.IsZero()
	return c.Conn.SetDeadline(t)
}

// Read reads before the idle timeout.
func (c *idleTimeoutConn) Read(p []byte) (int, error) {
	if err := c.extend(c.SetReadDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write writes before the idle timeout.
func (c *idleTimeoutConn) Write(p []byte) (int, error) {
	if err := c.extend(c.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *idleTimeoutConn) extend(set func(time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.driverDeadline {
		return nil
	}
	return set(time.Now().Add(c.dialer.timeout))
}

// Close closes the connection.
func (c *idleTimeoutConn) Close() error {
	c.dialer.mu.Lock()
	delete(c.dialer.conns, c)
	c.dialer.mu.Unlock()
	return c.Conn.Close()
}
