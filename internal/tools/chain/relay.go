package main

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// passed is what has gone through a relay.
type passed struct {
	connections int
	turns       int // how often the server answered what a client had said: each costs the time to the server and back
	sent, got   int64
}

// relay carries connections to a server through a socket of its own, and counts.
type relay struct {
	server   string // the server's folder
	listener net.Listener
	serving  sync.WaitGroup
	carrying sync.WaitGroup

	mu     sync.Mutex
	passed passed
}

// socket is the name that PostgreSQL's clients look for in a folder.
const socket = ".s.PGSQL.5432"

// startRelay listens in a folder of its own until the run is over.
func (c *chain) startRelay(s *pgtest.Server, name string) *relay {
	r := &relay{server: s.Dir()}
	folder := filepath.Join(c.dir, name)
	c.Check(os.Mkdir(folder, 0o700))
	var err error
	r.listener, err = net.Listen("unix", filepath.Join(folder, socket))
	c.Check(err)
	r.serving.Go(r.serve)
	c.Cleanup(func() {
		c.Note(r.listener.Close())
		r.serving.Wait()
		r.carrying.Wait()
	})
	return r
}

// through is a database's address by way of the relay.
func (r *relay) through(t *lab.T, address string) string {
	u, err := url.Parse(address)
	t.Check(err)
	query := u.Query()
	query.Set("host", filepath.Dir(r.listener.Addr().String()))
	u.RawQuery = query.Encode()
	return u.String()
}

// take returns what has passed since it was last asked, once the connections of a process that has ended are done with.
func (r *relay) take() passed {
	r.carrying.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.passed
	r.passed = passed{}
	return p
}

func (r *relay) serve() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.carrying.Go(func() { r.connect(client) })
	}
}

func (r *relay) connect(client net.Conn) {
	server, err := new(net.Dialer).DialContext(context.Background(), "unix", filepath.Join(r.server, socket))
	if err != nil {
		_ = client.Close()
		return
	}
	r.count(func(p *passed) { p.connections++ })
	asked := false
	r.carrying.Go(func() {
		r.forward(server, client, func(p *passed, n int) {
			if asked {
				p.turns++
			}
			asked = false
			p.got += int64(n)
		})
	})
	r.forward(client, server, func(p *passed, n int) {
		asked = true
		p.sent += int64(n)
	})
}

func (r *relay) count(f func(*passed)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.passed)
}

// forward carries bytes one way until an end closes, and counts before it hands them on.
func (r *relay) forward(from, to net.Conn, count func(p *passed, n int)) {
	defer func() { _, _ = from.Close(), to.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			r.count(func(p *passed) { count(p, n) })
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
