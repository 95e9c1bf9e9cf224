package pgtest

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	_ "github.com/lib/pq" // the driver that readiness is asked with
)

// superuser owns every server that this package starts.
const superuser = "postgres"

// Options say how a server is started; the zero value is a server of the version that the machine has.
type Options struct {
	// BinDir holds postgres and initdb; empty: see [FindBinDir].
	BinDir string
	// Settings are added to, or replace, the ones every server gets. A major that does not know one does not start.
	Settings map[string]string
}

// Server is a running private server.
type Server struct {
	dir     *workDir
	bindir  string
	account *account
	process *process
	extra   map[string]string
}

// settings are what every server runs with, and all of them are known to every major from 9.4 on. Nothing is kept safe:
// the folder is thrown away in any case. A pass waits for the log to be flushed, which here costs nothing. Prepared
// transactions let a test hold a late commit open.
var settings = map[string]string{
	"listen_addresses":          "",
	"port":                      "5432",
	"fsync":                     "off",
	"synchronous_commit":        "off",
	"full_page_writes":          "off",
	"wal_writer_delay":          "10ms",
	"max_connections":           "200",
	"max_prepared_transactions": "10",
	"timezone":                  "UTC",
	"log_timezone":              "UTC",
}

// Start creates a database cluster in a temporary folder, starts its server and returns when it answers. The context
// bounds the start alone; the server runs until Stop, or until this process ends.
func Start(ctx context.Context, opts Options) (_ *Server, err error) {
	s := &Server{}
	if s.bindir, err = FindBinDir(ctx, opts.BinDir); err != nil {
		return nil, err
	}
	if s.account, err = serverAccount(); err != nil {
		return nil, err
	}
	if s.dir, err = newWorkDir(s.account); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop())
		}
	}()
	if s.bindir, err = s.account.readableBinDir(s.bindir, s.dir.path); err != nil {
		return nil, err
	}
	if err = s.initdb(ctx); err != nil {
		return nil, err
	}
	s.extra = opts.Settings
	if os.Getenv("BLACKBIRDCTL_TEST_WINE") != "" {
		if err = s.listen(); err != nil {
			return nil, err
		}
	}
	if err = s.postgres(); err != nil {
		return nil, err
	}
	return s, s.waitReady(ctx)
}

// listen has the server listen on a port of this machine alone: a program that wine runs knows no Unix sockets.
func (s *Server) listen() error {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("find a free port: %w", err)
	}
	host, port, err := net.SplitHostPort(free.Addr().String())
	own := map[string]string{"listen_addresses": host, "port": port}
	maps.Copy(own, s.extra)
	s.extra = own
	return errors.Join(err, free.Close())
}

// Restart ends the server as a crash would, starts it again, and returns when it answers. What it had promised to keep
// it still has.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.process.stop(atOnce); err != nil {
		return err
	}
	if err := s.postgres(); err != nil {
		return err
	}
	return s.waitReady(ctx)
}

// Offline stops the server cleanly, lets change work on its data folder, starts it again, and returns when it answers.
func (s *Server) Offline(ctx context.Context, change func(data string) error) error {
	if err := s.process.stop(cleanly); err != nil {
		return err
	}
	if err := change(s.dataDir()); err != nil {
		return err
	}
	if err := s.postgres(); err != nil {
		return err
	}
	return s.waitReady(ctx)
}

// Run runs a program of the server's installation, or of the system, as the server's account.
func (s *Server) Run(ctx context.Context, program string, args ...string) error {
	path := filepath.Join(s.bindir, program)
	if _, err := os.Stat(path); err != nil {
		path = program
	}
	cmd := exec.CommandContext(ctx, path, args...)
	s.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("run %s: %w\n%s", program, err, bytes.TrimSpace(out))
	}
	return nil
}

// Standby starts another server that follows this one, and returns when it answers. What it reads may be cancelled at
// once by what it has to follow.
func (s *Server) Standby(ctx context.Context) (_ *Server, err error) {
	b := &Server{bindir: s.bindir, account: s.account, extra: map[string]string{"max_standby_streaming_delay": "0",
		"hot_standby": "on"}}
	if b.dir, err = newWorkDir(s.account); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Stop())
		}
	}()
	cmd := exec.CommandContext(ctx, filepath.Join(s.bindir, "pg_basebackup"), "--pgdata", b.dataDir(), "--dbname",
		s.URL(superuser),
		"--wal-method=stream", "--checkpoint=fast", "--write-recovery-conf", "--no-sync")
	s.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("run pg_basebackup: %w\n%s", err, bytes.TrimSpace(out))
	}
	if err = b.postgres(); err != nil {
		return nil, err
	}
	return b, b.waitReady(ctx)
}

// initdb creates the cluster. Its locale is C, so that text sorts alike on every machine and every major.
func (s *Server) initdb(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bindir, "initdb"), "--pgdata", s.dataDir(), "--username", superuser,
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	s.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("run initdb: %w\n%s", err, bytes.TrimSpace(out))
	}
	return nil
}

// postgres starts the server process; it answers a little later.
func (s *Server) postgres() error {
	log, err := os.Create(s.logFile())
	if err != nil {
		return fmt.Errorf("create server log: %w", err)
	}
	defer func() { _ = log.Close() }()
	all := maps.Clone(settings)
	maps.Copy(all, map[string]string{"unix_socket_directories": s.dir.path})
	maps.Copy(all, s.extra)
	args := []string{"-D", s.dataDir()}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		args = append(args, "-c", name+"="+all[name])
	}
	// Not CommandContext: the context bounds the start, not the server.
	cmd := exec.Command(filepath.Join(s.bindir, "postgres"), args...)
	cmd.Stdout, cmd.Stderr = log, log
	s.prepare(cmd)
	if s.process, err = startProcess(cmd); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	return nil
}

// prepare gives a server command its user, a folder that user may be in, and an environment without the PG… variables
// of the user who runs the tests.
func (s *Server) prepare(cmd *exec.Cmd) {
	cmd.Dir = s.dir.path
	cmd.SysProcAttr = procAttr(s.account)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + s.dir.path}
	if libs, ok := os.LookupEnv("LD_LIBRARY_PATH"); ok {
		cmd.Env = append(cmd.Env, "LD_LIBRARY_PATH="+libs)
	}
}

// waitReady connects until the server answers, ends, or the context does.
func (s *Server) waitReady(ctx context.Context) error {
	db, err := sql.Open("postgres", s.URL(superuser))
	if err != nil {
		return fmt.Errorf("open %s: %w", s.URL(superuser), err)
	}
	defer db.Close()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-s.process.done:
			return fmt.Errorf("start postgres: it ended (%w)\n%s", s.process.err, s.logTail())
		case <-ctx.Done():
			return fmt.Errorf("wait for postgres: %w (%w)\n%s", ctx.Err(), err, s.logTail())
		case <-time.After(pause):
		}
	}
}

// Stop ends the server at once and removes its folder. It may be called more than once.
func (s *Server) Stop() error {
	var err error
	if s.process != nil {
		err = s.process.stop(atOnce)
	}
	return errors.Join(err, s.dir.remove())
}

// URL is where a database of this server is reached, as its superuser, in the form that lib/pq and psql both take. The
// port is spelled out, since PGPORT in the environment would change it otherwise.
func (s *Server) URL(database string) string {
	host, port := cmp.Or(s.extra["listen_addresses"], s.dir.path), cmp.Or(s.extra["port"], "5432")
	query := url.Values{"host": {host}, "port": {port}, "user": {superuser}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: query.Encode()}).String()
}

// BinDir is the folder that the server's binaries run from.
func (s *Server) BinDir() string { return s.bindir }

// Dir is the server's own folder, which its account may write to; it goes with the server.
func (s *Server) Dir() string { return s.dir.path }

// Own hands a file or folder to the account that the server runs as.
func (s *Server) Own(path string) error { return s.account.own(path) }

// LogFile is the file that the server logs to; it goes with the server.
func (s *Server) LogFile() string { return s.logFile() }

func (s *Server) dataDir() string { return filepath.Join(s.dir.path, "data") }

func (s *Server) logFile() string { return filepath.Join(s.dir.path, "postgres.log") }

// logTail returns the end of the server's log, for an error that would be a riddle without it.
func (s *Server) logTail() []byte {
	const most = 4096
	f, err := os.Open(s.logFile())
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.Size() > most {
		_, _ = f.Seek(-most, io.SeekEnd)
	}
	tail, _ := io.ReadAll(f)
	return bytes.TrimSpace(tail)
}
