package pgconnect

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// silent returns the address of a server that accepts connections and never answers.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	return listener.Addr().String()
}

func TestIdleTimeout(t *testing.T) {
	t.Parallel()
	conn, err := newDialer(t.Context(), time.Millisecond).Dial("tcp", silent(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the error of a silent server is %v", err)
	}
	// So is a peer that reads nothing.
	for err == nil {
		_, err = conn.Write(make([]byte, 1<<20))
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the error of a server that reads nothing is %v", err)
	}
	if !model.ClassifyDBError(err).IsUnavailable() {
		t.Errorf("%v is not classified as unavailable", err)
	}
}

// TestDriverDeadlineIsKept checks that the driver's own limit for connecting holds.
func TestDriverDeadlineIsKept(t *testing.T) {
	t.Parallel()
	conn, err := newDialer(t.Context(), time.Hour).DialTimeout("tcp", silent(t), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the driver's deadline was not kept: %v", err)
	}
}

// TestConnectionsCloseAfterShutdown checks that nothing waits once the grace after a signal is over.
func TestConnectionsCloseAfterShutdown(t *testing.T) {
	t.Parallel()
	open, closeAll := context.WithCancel(context.Background())
	d := &idleTimeoutDialer{time.Hour, open}
	conn, err := d.Dial("tcp", silent(t))
	if err != nil {
		t.Fatal(err)
	}
	closeAll()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a connection outlived the shutdown: %v", err)
	}
	if _, err := d.Dial("tcp", silent(t)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a connection was made after the shutdown: %v", err)
	}
}
