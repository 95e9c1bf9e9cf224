package pgtest

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/lib/pq"
)

// EnvCitusURLs names the nodes of a Citus cluster, as superusers' URLs with spaces between them: the coordinator, and
// its workers. The tests of the store run there as well.
const EnvCitusURLs = "CITUS_TEST_URLS"

// CitusSettings are what a node needs that has a database for each test, besides [Options]' own.
var CitusSettings = map[string]string{
	"shared_preload_libraries": "citus", "max_worker_processes": "200", "max_prepared_transactions": "400",
	"max_connections": "600", "citus.node_conninfo": "sslmode=disable",
	// Tests wait for what is in doubt.
	"citus.recover_2pc_interval": "500ms", "synchronous_commit": "on",
}

// HasCitus reports whether there is a Citus cluster to test on.
func HasCitus() bool { return len(citusNodes()) > 0 }

func citusNodes() []string { return strings.Fields(os.Getenv(EnvCitusURLs)) }

// CitusDatabase is [Database] on each node of the Citus cluster, and returns the coordinator's URL. The shards will be
// on the workers, or on the coordinator where it has none.
func CitusDatabase(t TB) string {
	t.Helper()
	nodes := citusNodes()
	if len(nodes) == 0 {
		t.Skip(EnvCitusURLs + " is not set: the store is not tried on Citus")
	}
	name := databaseName()
	var urls []string
	for _, node := range nodes {
		own := newDatabase(t, node, name, nil)
		execEach(t, own, "CREATE EXTENSION IF NOT EXISTS citus")
		urls = append(urls, own)
	}
	for _, worker := range nodes[1:] {
		host, port, err := hostPort(worker)
		if err != nil {
			t.Fatal(err)
		}
		execEach(t, urls[0], fmt.Sprintf("SELECT citus_add_node(%s, %s)", pq.QuoteLiteral(host), port))
	}
	return urls[0]
}

// hostPort returns where a server listens: a host's name, or the folder of a socket.
func hostPort(server string) (host, port string, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", "", fmt.Errorf("read a node's address: %w", err)
	}
	return cmp.Or(u.Query().Get("host"), u.Hostname()), cmp.Or(u.Query().Get("port"), u.Port(), "5432"), nil
}

// psqlOnly are lines of a script that psql takes for itself, and comments.
var psqlOnly = regexp.MustCompile(`(?m)^(\\|--).*$`)

// Distribute runs the script that an operator gives to psql, with few shards.
func Distribute(t TB, url, script string) {
	t.Helper()
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.ReplaceAll(psqlOnly.ReplaceAllString(string(text), ""), ":shards", "4")
	execEach(t, url, strings.Split(plain, ";")...)
}

// execEach runs statements one by one: Citus takes no two of them at once.
func execEach(t TB, url string, statements ...string) {
	t.Helper()
	db := Open(t, url)
	for _, statement := range statements {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}
