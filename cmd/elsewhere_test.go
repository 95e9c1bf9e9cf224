package cmd_test

import (
	"context"
	"database/sql"
	"fmt"
	stdsync "sync"
	"testing"

	"github.com/lib/pq"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// elsewhere is a second server, started when the first script asks for it: another shop's, which asks for passwords.
var elsewhere otherServer

type otherServer struct {
	mutex  stdsync.Mutex
	server *pgtest.Server
	tills  int
}

// passwordReader is the role whose password the second server asks for.
const (
	passwordReader = "blackbird_password_reader"
	rightPassword  = "right-" + secretMark + "0c4e"
	wrongPassword  = "wrong-" + secretMark + "55aa"
)

// till makes a BioTrack database on the second server and returns its address, and that with a wrong password.
func (o *otherServer) till(tb testing.TB) (right, wrong string, err error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if err := o.start(); err != nil {
		return "", "", err
	}
	o.tills++
	name := fmt.Sprintf("elsewhere%d", o.tills)
	if err := o.server.CreateDatabase(tb.Context(), name, pgtest.DatabaseOptions{}); err != nil {
		return "", "", err
	}
	address := o.server.URL(name)
	opts := biotracktest.Options{Seed: 2, Customers: 10, Tickets: 10, Products: 10, NoSales: true}
	till := shop.TillAt(tb, address)
	till.Generate(opts)
	till.Exec(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ` + passwordReader)
	return mustUser(
			tb,
			address,
			passwordReader,
			rightPassword,
		), mustUser(
			tb,
			address,
			passwordReader,
			wrongPassword,
		), nil
}

// start starts the server, which begins without passwords, and then has it ask one role for its own.
func (o *otherServer) start() (err error) {
	if o.server != nil {
		return nil
	}
	// The server outlives the script that asked for it first, and so does not go with that one's context.
	ctx := context.Background()
	if o.server, err = pgtest.Start(ctx, pgtest.Options{}); err != nil {
		return err
	}
	return with("postgres", o.server.URL("postgres"), func(db *sql.DB) error {
		var hba string
		if err := db.QueryRow(`SHOW hba_file`).Scan(&hba); err != nil {
			return err
		}
		for _, statement := range []string{
			`CREATE ROLE ` + passwordReader + ` LOGIN PASSWORD ` + pq.QuoteLiteral(rightPassword),
			`COPY (VALUES ('local all ` + passwordReader + ` md5'), ('local all all trust')) TO ` +
				pq.QuoteLiteral(hba),
			`SELECT pg_reload_conf()`,
		} {
			if _, err := db.Exec(statement); err != nil {
				return err
			}
		}
		return o.awaitPasswords()
	})
}

// awaitPasswords waits until the server has read its new rules.
func (o *otherServer) awaitPasswords() error {
	address, err := withUser(o.server.URL("postgres"), passwordReader, wrongPassword)
	if err != nil {
		return err
	}
	return await("the server asks for a password", func() (bool, error) {
		refused := pq.As(execute("postgres", address, "SELECT 1"), "28P01")
		return refused != nil, nil
	})
}

func (o *otherServer) stop() error {
	if o.server == nil {
		return nil
	}
	return o.server.Stop()
}
