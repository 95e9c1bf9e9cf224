package lab

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"time"

	_ "github.com/lib/pq"  // the driver of the servers
	_ "modernc.org/sqlite" // the driver of embedded stores

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// Durable undoes what makes the tests' servers fast and unsafe, for servers whose speed is measured. Checkpoints are
// left to [T.Checkpoint], before each measured run, so that none begins within it.
var Durable = map[string]string{
	"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
	"shared_buffers": "512MB", "max_wal_size": "4GB", "checkpoint_timeout": "30min",
}

// Server starts a private server that is stopped when the run is over. Later settings override earlier ones.
func (t *T) Server(settings ...map[string]string) *pgtest.Server {
	all := make(map[string]string)
	for _, s := range settings {
		maps.Copy(all, s)
	}
	return pgtest.OwnServer(t, pgtest.Options{Settings: all})
}

// With opens a PostgreSQL database, calls f and closes the database: none may be connected to one that is to be copied.
func (t *T) With(url string, f func(db *sql.DB) error) {
	t.Check(with("postgres", url, f))
}

func with(driver, url string, f func(db *sql.DB) error) error {
	db, err := sql.Open(driver, url)
	if err != nil {
		return fmt.Errorf("open a database: %w", err)
	}
	defer db.Close()
	return f(db)
}

// Execute runs one statement and returns how many rows it wrote.
func (t *T) Execute(url, statement string, args ...any) (rows int64) {
	t.With(url, func(db *sql.DB) error {
		done, err := db.ExecContext(t.Context(), statement, args...)
		if err != nil {
			return fmt.Errorf("run %s: %w", statement, err)
		}
		rows, err = done.RowsAffected()
		return err
	})
	return rows
}

// Ask runs a query that answers with one value.
func Ask[V any](t *T, driver, url, query string) (answer V) {
	t.Check(with(driver, url, func(db *sql.DB) error {
		if err := db.QueryRowContext(t.Context(), query).Scan(&answer); err != nil {
			return fmt.Errorf("ask %s: %w", query, err)
		}
		return nil
	}))
	return answer
}

// Checkpoint makes a checkpoint and returns how many bytes of write-ahead log the server has written so far. A run that
// follows writes a whole page for the first change of each.
func (t *T) Checkpoint(server *pgtest.Server) float64 {
	t.Execute(server.URL("postgres"), "CHECKPOINT")
	return t.WAL(server)
}

// WAL returns how many bytes of write-ahead log the server has written so far.
func (t *T) WAL(server *pgtest.Server) float64 {
	return Ask[float64](t, "postgres", server.URL("postgres"), "SELECT pg_current_wal_insert_lsn() - '0/0'")
}

// samplePause is the time between two looks of a sampler. More looks would cost blackbirdctl, which uses both cores,
// what they do not cost psql, which leaves one free.
const samplePause = 50 * time.Millisecond

// Sample calls look every 50 ms, with a session of its own that is connected before Sample returns, until stop is
// called.
func (t *T) Sample(url string, look func(ctx context.Context, db *sql.Conn) error) (stop func()) {
	db, err := sql.Open("postgres", url)
	t.Check(err)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Note(db.Close())
		t.Fatalf("open the sampler's session: %w", err)
	}
	quit, done := make(chan struct{}), make(chan error)
	go func() {
		defer close(done)
		defer db.Close()
		defer func() { _ = conn.Close() }()
		tick := time.NewTicker(samplePause)
		defer tick.Stop()
		for {
			if err := look(t.Context(), conn); err != nil {
				done <- fmt.Errorf("sample: %w", err)
				return
			}
			select {
			case <-quit:
				return
			case <-tick.C:
			}
		}
	}()
	return func() {
		close(quit)
		t.Note(<-done)
	}
}
