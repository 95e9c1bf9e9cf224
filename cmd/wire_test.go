package cmd

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// silent is a server that accepts connections, and says nothing.
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

func TestWireEndsSilence(t *testing.T) {
	t.Parallel()
	conn, err := newWire(t.Context(), time.Millisecond).Dial("tcp", silent(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a silent server was waited for: %v", err)
	}
	// A peer that takes nothing is silent too.
	for err == nil {
		_, err = conn.Write(make([]byte, 1<<20))
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a server that reads nothing was waited for: %v", err)
	}
	if code := databaseCode(err); code != exitUnavailable {
		t.Errorf("exit code %d", code)
	}
}

// TestWireLeavesDriversDeadline checks that the time which the driver gives itself to connect stands.
func TestWireLeavesDriversDeadline(t *testing.T) {
	t.Parallel()
	conn, err := newWire(t.Context(), time.Hour).DialTimeout("tcp", silent(t), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the driver's deadline did not stand: %v", err)
	}
}

// TestWireIsCut ends what is still waiting when the process has been told to stop.
func TestWireIsCut(t *testing.T) {
	t.Parallel()
	w := newWire(context.Background(), time.Hour)
	conn, err := w.Dial("tcp", silent(t))
	if err != nil {
		t.Fatal(err)
	}
	w.cutAll()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a connection outlived the process's end: %v", err)
	}
	if _, err := w.Dial("tcp", silent(t)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a connection was made after the process's end: %v", err)
	}
}
