package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	stdsync "sync"
	"testing"
	"time"
)

const (
	// EnvURL names a running server, as a superuser's URL, that the tests use instead of starting one.
	EnvURL = "BLACKBIRDCTL_TEST_PG_URL"
	// EnvSourceURL names the server that the tests keep the point of sale on; without it that is the store's.
	EnvSourceURL = "BLACKBIRDCTL_TEST_SOURCE_PG_URL"

	// startLimit bounds the start of a server, and the work on a database, on a machine that is busy with other tests.
	startLimit = 10 * time.Minute
)

// Option changes what a test's database is created as.
type Option func(*DatabaseOptions)

// WithEncoding makes the database one of another encoding, such as SQL_ASCII or LATIN1.
func WithEncoding(encoding string) Option {
	return func(o *DatabaseOptions) { o.Encoding = encoding }
}

// WithTemplate makes the database a copy of another of the same server, which must have no sessions.
func WithTemplate(database string) Option {
	return func(o *DatabaseOptions) { o.Template = database }
}

// shared is the server of this test process, started when the first test asks for one.
var shared struct {
	stdsync.Mutex
	inMain bool
	server *Server
	err    error
}

// Main runs a package's tests and stops the server that they may have started; TestMain hands its result to os.Exit.
func Main(m *testing.M) int {
	shared.Lock()
	shared.inMain = true
	shared.Unlock()
	code := m.Run()
	if err := stopShared(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = max(code, 1)
	}
	return code
}

// Database creates a database for one test on the store's server and returns its URL. It is dropped when the test ends,
// sessions or not.
func Database(t TB, opts ...Option) string {
	t.Helper()
	return newDatabase(t, storeServer(t), databaseName(), opts)
}

// SourceDatabase is [Database] on the server that plays the point of sale, which may be of another major.
func SourceDatabase(t TB, opts ...Option) string {
	t.Helper()
	if server := os.Getenv(EnvSourceURL); server != "" {
		return newDatabase(t, server, databaseName(), opts)
	}
	return newDatabase(t, storeServer(t), databaseName(), opts)
}

// Open connects to a URL for the length of a test.
func Open(t TB, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatalf("open database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// newDatabase creates a database that is dropped when the test ends.
func newDatabase(t TB, server, name string, opts []Option) string {
	t.Helper()
	NeedServer(t)
	var options DatabaseOptions
	for _, opt := range opts {
		opt(&options)
	}
	url, err := withDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	if err := createDatabase(ctx, server, name, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), startLimit)
		defer cancel()
		if err := dropDatabase(ctx, server, name); err != nil {
			t.Error(err)
		}
	})
	return url
}

// databaseName is unique among all processes that share a server, and needs no quotes.
func databaseName() string {
	return "t" + strings.ToLower(rand.Text()[:12])
}

// NeedServer skips a test that needs a server if the tests run with -short. Without -short such a test fails where no
// server can be started. Database, SourceDatabase and OwnServer call it.
func NeedServer(t TB) {
	t.Helper()
	if testing.Testing() && testing.Short() {
		t.Skip("needs a PostgreSQL server; -short leaves such tests out")
	}
}

// OwnServer starts a server for one test, and stops it when the test ends.
func OwnServer(t TB, opts Options) *Server {
	t.Helper()
	NeedServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	server, err := Start(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// storeServer returns the URL of the server that the environment names, or of one of this process's own.
func storeServer(t TB) string {
	t.Helper()
	NeedServer(t)
	if server := os.Getenv(EnvURL); server != "" {
		return server
	}
	shared.Lock()
	defer shared.Unlock()
	if !shared.inMain {
		t.Fatal("start a server: the package's TestMain must call pgtest.Main, which stops it")
	}
	if shared.server == nil && shared.err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), startLimit)
		defer cancel()
		shared.server, shared.err = Start(ctx, Options{})
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server.URL(superuser)
}

// stopShared stops this process's server, if it has one.
func stopShared() error {
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		return nil
	}
	err := shared.server.Stop()
	shared.server, shared.err = nil, errors.New("the tests' server has been stopped")
	return err
}
