package pgconnect

import (
	"context"
	"net"
	"time"
)

// shutdownGrace is how long a stopped pass may take to leave a database in good order before its connections close.
const shutdownGrace = 10 * time.Second

// idleTimeoutDialer makes connections that fail when a read or a write makes no progress for longer than timeout.
// Without it a pass waits forever on a network that lost the answer. The driver has no tcp_user_timeout, and neither
// that nor TCP keepalive notices a proxy that acknowledges and never answers. All connections close when open ends.
type idleTimeoutDialer struct {
	timeout time.Duration
	open    context.Context
}

// newDialer returns a dialer whose connections are closed shutdownGrace after the context is cancelled.
func newDialer(ctx context.Context, timeout time.Duration) *idleTimeoutDialer {
	open, closeAll := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(shutdownGrace, closeAll) })
	return &idleTimeoutDialer{timeout, open}
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
	if d.open.Err() != nil {
		return nil, net.ErrClosed
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(d.open, func() { _ = conn.Close() })
	return &idleTimeoutConn{Conn: conn, timeout: d.timeout, stop: stop}, nil
}

// idleTimeoutConn is one connection of an idleTimeoutDialer.
type idleTimeoutConn struct {
	net.Conn
	timeout time.Duration
	// stop keeps the end of the dialer from closing the connection.
	stop func() bool
	// driverDeadline says that the driver has set a deadline of its own, which is kept.
	driverDeadline bool
}

// SetDeadline sets the driver's own deadline, while it connects.
func (c *idleTimeoutConn) SetDeadline(t time.Time) error {
	c.driverDeadline = !t.IsZero()
	return c.Conn.SetDeadline(t)
}

// Read reads before the idle timeout.
func (c *idleTimeoutConn) Read(p []byte) (int, error) {
	c.extend(c.SetReadDeadline)
	return c.Conn.Read(p)
}

// Write writes before the idle timeout.
func (c *idleTimeoutConn) Write(p []byte) (int, error) {
	c.extend(c.SetWriteDeadline)
	return c.Conn.Write(p)
}

// extend moves a deadline. Where that fails, so does what it is for.
func (c *idleTimeoutConn) extend(set func(time.Time) error) {
	if !c.driverDeadline {
		_ = set(time.Now().Add(c.timeout))
	}
}

// Close closes the connection.
func (c *idleTimeoutConn) Close() error {
	c.stop()
	return c.Conn.Close()
}
