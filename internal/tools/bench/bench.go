package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

//go:embed sql
var scripts embed.FS

// ordinary undoes what makes the tests' servers fast and unsafe. Checkpoints are left to the bench, which makes one before each
// measured run, so that none begins within it, and so is vacuuming: a worker of it would write into the log that is being measured.
var ordinary = map[string]string{
	"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
	"shared_buffers": "512MB", "max_wal_size": "4GB", "checkpoint_timeout": "30min",
	"autovacuum": "off",
}

// bench is a server to measure on and the programs to measure.
type bench struct {
	options
	server   *pgtest.Server
	psql     string
	dir      string   // for the scripts and the state folder
	env      []string // of every process that is measured
	progress io.Writer
}

// run measures what the options ask for, and prints and writes the tables.
func run(ctx context.Context, o options, stdout, progress io.Writer) (err error) {
	b, err := open(ctx, o, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	var r report
	if r.about, err = b.about(ctx); err != nil {
		return err
	}
	// What was measured before a failure is printed all the same: it may have taken an hour.
	err = b.measureAll(ctx, &r)
	if _, failure := io.WriteString(stdout, r.String()); failure != nil || err != nil {
		return errors.Join(err, failure)
	}
	if o.markdown != "" {
		if err := os.WriteFile(o.markdown, []byte(r.String()), 0o644); err != nil {
			return fmt.Errorf("write the tables: %w", err)
		}
	}
	return nil
}

// measureAll fills the report.
func (b *bench) measureAll(ctx context.Context, r *report) (err error) {
	if r.rows, err = b.measureTasks(ctx); err != nil || !b.wants(growthID) {
		return err
	}
	r.growth, err = b.measureGrowth(ctx)
	return err
}

// open starts the server and lays out the scripts.
func open(ctx context.Context, o options, progress io.Writer) (_ *bench, err error) {
	b := &bench{options: o, progress: progress}
	path, err := exec.LookPath(o.bin)
	if err == nil {
		b.bin, err = filepath.Abs(path)
	}
	if err != nil {
		return nil, fmt.Errorf("find the binary: %w", err)
	}
	if b.server, err = pgtest.Start(ctx, pgtest.Options{Settings: ordinary}); err != nil {
		return nil, fmt.Errorf("start a private PostgreSQL server: %w", err)
	}
	if err := b.layOut(); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// layOut makes the folder that the processes run in, and their environment.
func (b *bench) layOut() (err error) {
	b.psql = filepath.Join(b.server.BinDir(), "psql")
	if _, err := os.Stat(b.psql); err != nil {
		return fmt.Errorf("find psql beside the server: %w", err)
	}
	if b.dir, err = os.MkdirTemp("", "blackbirdctl-bench"); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	if err := os.CopyFS(b.dir, scripts); err != nil {
		return fmt.Errorf("lay out the scripts: %w", err)
	}
	b.env = append(withoutSettings(os.Environ()),
		"PATH="+b.server.BinDir()+string(os.PathListSeparator)+os.Getenv("PATH"), "BENCH_SOURCE="+b.server.URL(sourceDB))
	return nil
}

// close ends the server and removes the folder.
func (b *bench) close() error {
	err := b.server.Stop()
	if b.dir != "" {
		err = errors.Join(err, os.RemoveAll(b.dir))
	}
	return err
}

// say tells how far the bench has come.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// withoutSettings leaves out of an environment what the binary, its driver or psql would listen to.
func withoutSettings(environ []string) []string {
	var kept []string
	for _, variable := range environ {
		ours := false
		for _, prefix := range []string{"BLACKBIRD", "BIOTRACK", "BENCH_", "PG", "PATH="} {
			ours = ours || strings.HasPrefix(variable, prefix)
		}
		if !ours {
			kept = append(kept, variable)
		}
	}
	return kept
}
