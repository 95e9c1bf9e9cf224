package cmd

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/blackbird/postgres"
	"github.com/blackbirdctl/blackbirdctl/blackbird/sqlite"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/internal/files"
	"github.com/blackbirdctl/blackbirdctl/internal/pgconnect"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const applicationName = "blackbirdctl"

const (
	// storeIdleTimeout is how long the Blackbird database may be silent: a merge may wait for another stream's.
	storeIdleTimeout = 5 * time.Minute
	// sourceMargin is how much longer than the statement timeout the BioTrack database may be silent.
	sourceMargin = 5 * time.Second
)

// urlProblem returns the error of a database URL with the name of the variable or option that holds it.
func urlProblem(name string, err error) error {
	if e, ok := errors.AsType[*pgconnect.URLError](err); ok {
		return &sync.SetupError{Problem: name + " " + e.Problem, HintText: e.Hint()}
	}
	return err
}

// missingURLHint says how BioTrack's URL can be given.
const missingURLHint = "set BIOTRACK_URL, or --biotrack-url, to postgres://user:password@host:5432/database"

func (a *app) checkBiotrackURL() error {
	if a.cfg.BiotrackURL == "" {
		return &sync.SetupError{Problem: "no BioTrack database is configured",
			HintText: missingURLHint + "; `blackbirdctl init` asks for it and writes a config file"}
	}
	return nil
}

// openSource opens BioTrack, with the configured SELECTs in place of tables.
func (a *app) openSource(ctx context.Context) (*biotrack.Source, error) {
	if err := a.checkBiotrackURL(); err != nil {
		return nil, err
	}
	timeouts := biotrack.DefaultTimeouts()
	timeouts.Statement = a.cfg.StatementTimeout
	source, err := pgconnect.Open(ctx, a.cfg.BiotrackURL, applicationName, timeouts.Statement+sourceMargin,
		func(to pgconnect.Target) (*biotrack.Source, error) {
			return biotrack.Open(ctx, to.Config, to.Dialer, timeouts)
		})
	if err != nil {
		return nil, urlProblem(config.Variable(config.FlagBiotrackURL), err)
	}
	for _, table := range slices.Sorted(maps.Keys(a.cfg.SourceSQL)) {
		query, err := files.Read(a.cfg.SourceSQL[table])
		if err != nil {
			err = &sync.SetupError{Problem: fmt.Sprintf("source-sql: the file for %s: %v", table, err),
				HintText: "name a file that can be read and holds a SELECT"}
		} else {
			err = source.Override(ctx, table, string(query))
		}
		if err != nil {
			_ = source.Close()
			return nil, err
		}
	}
	return source, nil
}

// openStore opens the store for a pass over a source, nil where it needs none, and brings its tables up to date. A dry
// run changes nothing, not even those.
func (a *app) openStore(ctx context.Context, source *biotrack.Source) (*blackbird.Store, func(), error) {
	store, done, err := a.connectStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	if source != nil {
		err = sync.CheckSeparate(ctx, source, store)
	}
	if err == nil {
		err = store.CheckSchema(ctx)
	}
	if errors.Is(err, blackbird.ErrOlderSchema) && !a.dryRun {
		_, err = store.Migrate(ctx)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return store, done, nil
}

// noStoreError says that there is nothing to read yet.
type noStoreError struct{ *sync.SetupError }

// Unwrap returns the error as every command but status reports it.
func (e *noStoreError) Unwrap() error { return e.SetupError }

func noStore(problem string) error {
	return &noStoreError{&sync.SetupError{
		Problem: "there is no store yet: " + problem,
		HintText: "run `blackbirdctl sync customers` to make one; if there was one before, set BLACKBIRD_URL or " +
			"--state-dir to where it is, or move it here with `blackbirdctl store copy`: points adjusted by hand are " +
			"in no other place",
	}}
}

// checkStoreFile returns a noStoreError where the store is an embedded one that no pass has made yet.
func (a *app) checkStoreFile() error {
	if a.cfg.BlackbirdURL != "" {
		return nil
	}
	exists, err := sqlite.Exists(a.cfg.StateDir)
	if err == nil && !exists {
		err = noStore("the state folder " + a.cfg.StateDir + " holds none, and no Blackbird database is configured")
	}
	return err
}

// readStore opens the store for a command that only reads it: no table is changed, and no embedded store is made. A
// noStoreError says that there is none yet.
func (a *app) readStore(ctx context.Context) (*blackbird.Store, func(), error) {
	if err := a.checkStoreFile(); err != nil {
		return nil, nil, err
	}
	store, done, err := a.connectStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err = store.CheckSchema(ctx); errors.Is(err, blackbird.ErrOlderSchema) {
		if empty, failed := store.Empty(ctx); failed != nil {
			err = errors.Join(err, failed)
		} else if empty {
			err = noStore("the Blackbird database holds no tables")
		}
	}
	if err == nil {
		err = store.CheckWhole(ctx)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return store, done, nil
}

// storeAddress is where a store is.
type storeAddress struct {
	// url is empty for an embedded store, which is in the folder.
	url, folder string
	id          string
}

// connectStore opens the configured store as connectTo does.
func (a *app) connectStore(ctx context.Context) (*blackbird.Store, func(), error) {
	store, done, err := a.connectTo(ctx, storeAddress{a.cfg.BlackbirdURL, a.cfg.StateDir, a.cfg.Store})
	return store, done, urlProblem(config.Variable(config.FlagBlackbirdURL), err)
}

// connectTo opens a store as it is. A dry run uses an empty store that is removed afterwards in place of one
// that has no tables yet: what a pass would do to both is the same. The caller must call the returned function.
func (a *app) connectTo(ctx context.Context, to storeAddress) (store *blackbird.Store, done func(), err error) {
	embedded := to.url == ""
	if embedded && a.dryRun {
		if exists, err := sqlite.Exists(to.folder); err != nil {
			return nil, nil, err
		} else if !exists {
			return temporaryStore(ctx, to.id)
		}
	}
	if embedded {
		store, err = sqlite.Open(ctx, to.folder, to.id)
	} else {
		store, err = pgconnect.Open(ctx, to.url, a.installation(), storeIdleTimeout,
			func(target pgconnect.Target) (*blackbird.Store, error) {
				return postgres.Open(ctx, target.Config, target.Dialer, to.id)
			})
	}
	if err != nil {
		return nil, nil, err
	}
	done = func() { _ = store.Close() }
	if embedded || !a.dryRun {
		return store, done, nil
	}
	if empty, err := store.Empty(ctx); err != nil || empty {
		done()
		if err != nil {
			return nil, nil, err
		}
		return temporaryStore(ctx, to.id)
	}
	return store, done, nil
}

// installation names this host's state folder, so that a session of ours that a killed process left behind is
// recognized.
func (a *app) installation() string {
	host, _ := os.Hostname()
	folder, err := filepath.Abs(a.cfg.StateDir)
	if err != nil {
		folder = a.cfg.StateDir
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(host + "\x00" + folder))
	return fmt.Sprintf("%s/%016x", applicationName, h.Sum64())
}
