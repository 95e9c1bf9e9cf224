package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/blackbird/sqlite"
	"github.com/blackbirdctl/blackbirdctl/blackbird/storetest"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

func TestMain(m *testing.M) {
	// Each check of a property is some hundred statements; a flag on the command line still prevails.
	_ = flag.Set("rapid.checks", "30")
	_ = flag.Set("rapid.shrinktime", "5s")
	os.Exit(m.Run())
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) *storetest.Database {
		store := shop.NewStore(t, shop.SQLite)
		open := func(ctx context.Context, storeID string) (*blackbird.Store, error) {
			return sqlite.Open(ctx, store.Folder, storeID)
		}
		return &storetest.Database{Store: store, Open: open}
	})
}

// TestFileIsPrivate checks that no file of the store can be read by others: it holds names and phones.
func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if exists, err := sqlite.Exists(folder); exists || err != nil {
		t.Error("there is a file before any was made")
	}
	session := openSession(t, folder)
	if _, err := session.Begin(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	if exists, err := sqlite.Exists(folder); !exists || err != nil {
		t.Error("the file is not found")
	}
	files, err := filepath.Glob(filepath.Join(folder, sqlite.FileName+"*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("files are %v, %v; want the store and its log at least", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%s has mode %o", filepath.Base(file), mode)
		}
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
}

// TestOpenWithoutFolder checks that a folder that does not exist is an error and is not created.
func TestOpenWithoutFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "nowhere")
	store, err := sqlite.Open(t.Context(), folder, "main")
	if err == nil {
		_ = store.Close()
		t.Fatal("a store was opened in a folder that does not exist")
	}
	if !errors.Is(err, os.ErrNotExist) || !blackbird.IsFile(err) {
		t.Errorf("error is %v", err)
	}
}

// TestStagingWaitsForNoWriter: temporary tables are filled while another process writes the file.
func TestStagingWaitsForNoWriter(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	session := openSession(t, folder)
	db, err := sql.Open("sqlite", filepath.Join(folder, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	writer, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if _, err := writer.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	keys, err := session.NewKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys.Add(model.Key{Name: "1"})
	if err := keys.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := writer.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
}

// openSession makes a store in a folder, and a session that writes its customers.
func openSession(t *testing.T, folder string) *blackbird.Session {
	t.Helper()
	store, err := sqlite.Open(t.Context(), folder, "main")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	session, err := store.Session(t.Context(), blackbird.Customers, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}
