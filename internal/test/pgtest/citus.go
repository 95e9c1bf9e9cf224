package pgtest

import (
	"os"
	"regexp"
	"strings"
)

// EnvCitusURL names the coordinator of a Citus cluster, as a superuser's URL, on which the tests of the store run as
// well.
const EnvCitusURL = "CITUS_TEST_URL"

// HasCitus reports whether there is a Citus cluster to test on.
func HasCitus() bool { return os.Getenv(EnvCitusURL) != "" }

// CitusDatabase is [Database] on the Citus coordinator, with the extension in it. The database is the coordinator's
// alone: all shards will be there.
func CitusDatabase(t TB) string {
	t.Helper()
	server := os.Getenv(EnvCitusURL)
	if server == "" {
		t.Skip(EnvCitusURL + " is not set: the store is not tried on Citus")
	}
	url := newDatabase(t, server, nil)
	execEach(t, url, "CREATE EXTENSION IF NOT EXISTS citus")
	return url
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
