package pgtest

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// PoolMode is how long a PgBouncer leaves a session of the server to one client.
type PoolMode string

// The modes.
const (
	PoolSessions     PoolMode = "session"
	PoolTransactions PoolMode = "transaction"
	PoolStatements   PoolMode = "statement"
)

// EnvPgBouncer names the program; without it, it is looked for in PATH and where Debian installs it.
const EnvPgBouncer = "BLACKBIRDCTL_TEST_PGBOUNCER"

const poolerPort = "6432"

// Pooler is a running private PgBouncer. It logs in to the server as the superuser, whoever its clients say they are.
type Pooler struct {
	dir     *workDir
	process *process
}

// StartPooler puts a PgBouncer, with that many sessions of the server for each database, before the server of a URL
// until the test's end. Settings are further lines of its configuration.
func StartPooler(t TB, server string, mode PoolMode, sessions int, settings ...string) *Pooler {
	t.Helper()
	NeedServer(t)
	p := &Pooler{}
	t.Cleanup(p.Stop)
	if err := p.start(server, mode, sessions, settings); err != nil {
		t.Fatal(err)
	}
	for {
		conn, err := net.Dial("unix", p.socket())
		if err == nil {
			_ = conn.Close()
			return p
		}
		select {
		case <-p.process.done:
			log, _ := os.ReadFile(filepath.Join(p.dir.path, "log"))
			t.Fatalf("start pgbouncer: it ended (%v)\n%s", p.process.err, log)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (p *Pooler) start(server string, mode PoolMode, sessions int, settings []string) error {
	program, err := pgBouncer()
	if err != nil {
		return err
	}
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	account, err := serverAccount()
	if err != nil {
		return err
	}
	if p.dir, err = newWorkDir(account); err != nil {
		return err
	}
	host, port := u.Query().Get("host"), u.Query().Get("port")
	if host == "" {
		host, port = u.Hostname(), u.Port()
	}
	config := "[databases]\n* = host=" + host + " port=" + port + " user=" + superuser + "\n[pgbouncer]\n" +
		"listen_port = " + poolerPort + "\nunix_socket_dir = " + p.dir.path + "\nauth_type = any\n" +
		"pool_mode = " + string(mode) + "\ndefault_pool_size = " + strconv.Itoa(sessions) + "\n" +
		"logfile = " + filepath.Join(p.dir.path, "log") + "\n" + strings.Join(settings, "\n") + "\n"
	file := filepath.Join(p.dir.path, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		return err
	}
	cmd := exec.Command(program, "--quiet", file)
	cmd.Dir, cmd.SysProcAttr, cmd.Env = p.dir.path, procAttr(account), []string{"HOME=" + p.dir.path}
	p.process, err = startProcess(cmd)
	return err
}

// Stop ends the pooler and all connections through it. It may be called more than once.
func (p *Pooler) Stop() {
	if p.process != nil {
		_ = p.process.stop(atOnce)
	}
	if p.dir != nil {
		_ = p.dir.remove()
	}
}

// URL returns the URL of a database of the pooler's server, through the pooler.
func (p *Pooler) URL(t TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("host", p.dir.path)
	query.Set("port", poolerPort)
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = "", query.Encode()
	return u.String()
}

func (p *Pooler) socket() string { return filepath.Join(p.dir.path, ".s.PGSQL."+poolerPort) }

// pgBouncer finds the program.
func pgBouncer() (string, error) {
	if program := os.Getenv(EnvPgBouncer); program != "" {
		return program, nil
	}
	if program, err := exec.LookPath("pgbouncer"); err == nil {
		return program, nil
	}
	const debian = "/usr/sbin/pgbouncer"
	if _, err := os.Stat(debian); err != nil {
		return "", fmt.Errorf("no pgbouncer found\nhint: run `make pgbouncer`, or name it with %s", EnvPgBouncer)
	}
	return debian, nil
}
