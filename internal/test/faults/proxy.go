// Package faults is between the program and a database, and breaks their connection in the ways that networks do.
//
// It promises that what it lets through is what was sent, that a fault hits all connections at once, and that a
// fault at a given byte occurs when that many have passed, of all connections together and both ways.
package faults

import (
	"context"
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Kind is what happens to the connections.
type Kind string

// The kinds of faults.
const (
	// None lets everything through.
	None Kind = "none"
	// Cut closes both ends, and new connections work again.
	Cut Kind = "cut"
	// Reset closes both ends so that they see a broken connection rather than an orderly end.
	Reset Kind = "reset"
	// Gone is Reset, and refuses every new connection.
	Gone Kind = "gone"
	// Stall lets nothing more through, without a sign.
	Stall Kind = "stall"
	// Slow lets a few bytes through at a time.
	Slow Kind = "slow"
)

// Proxy forwards connections to one database.
type Proxy struct {
	listener net.Listener
	target   func(context.Context) (net.Conn, error)
	wait     sync.WaitGroup

	mu        sync.Mutex
	kind      Kind
	after     int64
	passed    int64
	triggered bool
	pairs     map[*pair]struct{}
	closed    bool
}

// pair is one connection, at both its ends.
type pair struct {
	client, server net.Conn
	ended          chan struct{}
	end            sync.Once
}

// Start puts a proxy before the database of a URL until the test's end, and returns the URL that goes through it.
func Start(tb testing.TB, address string) (*Proxy, string) {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{kind: None, pairs: make(map[*pair]struct{})}
	p.target = dialer(u)
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	p.wait.Go(p.serve)
	tb.Cleanup(p.stop)
	query := u.Query()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = p.listener.Addr().String(), query.Encode()
	return p, u.String()
}

// dialer connects to the URL's server: by its socket where the URL names a folder.
func dialer(u *url.URL) func(context.Context) (net.Conn, error) {
	network, address := "tcp", u.Host
	if folder := u.Query().Get("host"); folder != "" {
		port := u.Query().Get("port")
		if port == "" {
			port = "5432"
		}
		network, address = "unix", filepath.Join(folder, ".s.PGSQL."+port)
	}
	return func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, network, address) }
}

// Set makes a fault occur once so many more bytes have passed, and forgets any fault before.
func (p *Proxy) Set(kind Kind, after int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pairs {
		if p.triggered && p.kind == Stall {
			// Bytes of it are lost.
			c.close()
		}
	}
	p.kind, p.after, p.passed, p.triggered = kind, after, 0, false
}

// Passed is how many bytes have passed since Set.
func (p *Proxy) Passed() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.passed
}

// Triggered reports whether the fault has come.
func (p *Proxy) Triggered() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.triggered
}

func (p *Proxy) stop() {
	p.mu.Lock()
	p.closed = true
	_ = p.listener.Close()
	for c := range p.pairs {
		c.close()
	}
	p.mu.Unlock()
	p.wait.Wait()
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wait.Go(func() { p.connect(client) })
	}
}

func (p *Proxy) connect(client net.Conn) {
	p.mu.Lock()
	refused := p.triggered && p.kind == Gone
	p.mu.Unlock()
	if refused {
		reset(client)
		return
	}
	server, err := p.target(context.Background())
	if err != nil {
		reset(client)
		return
	}
	c := &pair{client: client, server: server, ended: make(chan struct{})}
	p.mu.Lock()
	if p.closed {
		c.close()
	}
	p.pairs[c] = struct{}{}
	p.mu.Unlock()
	p.wait.Go(func() { p.forward(c, client, server) })
	p.forward(c, server, client)
	p.mu.Lock()
	delete(p.pairs, c)
	p.mu.Unlock()
}

// forward carries bytes one way until an end closes.
func (p *Proxy) forward(c *pair, from, to net.Conn) {
	defer c.close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if err := p.carry(c, to, buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

var errTriggered = errors.New("the fault has occurred")

// carry writes what may pass, and triggers the fault where it is due.
func (p *Proxy) carry(c *pair, to net.Conn, text []byte) error {
	allowed, kind := p.admit(int64(len(text)))
	if kind == Slow {
		return trickle(to, text)
	}
	if _, err := to.Write(text[:allowed]); err != nil {
		return err
	}
	if kind == None {
		return nil
	}
	p.trigger()
	if kind == Stall {
		<-c.ended
	}
	return errTriggered
}

// admit counts bytes, returns how many of them may pass, and which fault is upon the rest.
func (p *Proxy) admit(n int64) (allowed int64, kind Kind) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.passed
	p.passed += n
	switch {
	case p.kind == None || p.passed <= p.after:
		return n, None
	case p.kind == Slow:
		p.triggered = true
		return n, Slow
	case p.triggered && (p.kind == Cut || p.kind == Reset):
		// The connection was made after the fault.
		return n, None
	}
	return min(n, max(0, p.after-before)), p.kind
}

// trigger does to all connections what the fault is, once.
func (p *Proxy) trigger() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.triggered {
		return
	}
	p.triggered = true
	for c := range p.pairs {
		switch p.kind {
		case Cut:
			c.close()
		case Reset, Gone:
			reset(c.client)
			reset(c.server)
		case None, Stall, Slow:
		}
	}
}

// trickle is a link of some kilobytes a second.
func trickle(to net.Conn, text []byte) error {
	const some = 256
	for len(text) > 0 {
		n := min(some, len(text))
		if _, err := to.Write(text[:n]); err != nil {
			return err
		}
		text = text[n:]
		time.Sleep(time.Millisecond)
	}
	return nil
}

func (c *pair) close() {
	_ = c.client.Close()
	_ = c.server.Close()
	c.end.Do(func() { close(c.ended) })
}

// reset closes a connection without an orderly end.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
