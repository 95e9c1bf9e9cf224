package biotrack

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Source is an open BioTrack database.
type Source struct {
	db     *sqlx.DB
	server Server
	layout Layout
	// flush is how long to wait for the server to flush its log.
	flush time.Duration
}

// Server returns what the server said of itself.
func (s *Source) Server() Server { return s.server }

// Layout returns what the server's tables look like.
func (s *Source) Layout() Layout { return s.layout }

func (s *Source) encoding() encoding { return encoding(s.server.Encoding) }

// Text returns a name that somebody gave, as a person may see it: decoded and trimmed, without characters that control
// a terminal.
func (s *Source) Text(raw string) string { return model.PlainText(s.text([]byte(raw))) }

func (s *Source) text(raw []byte) string { return string(s.encoding().text(raw)) }

// Open connects to a BioTrack database and learns what server it is. The start-up packet holds what the configuration
// says and no more: a pooler refuses other settings. Every connection of the pool is made by the dialer, the driver's
// own where it is nil.
func Open(ctx context.Context, cfg pq.Config, dialer pq.Dialer, timeouts Timeouts) (*Source, error) {
	// A statement and its values are one message: a read is three round trips to the till, with its begin and its end.
	cfg.BinaryParameters = true
	pqConnector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, &Error{Op: "connect", Err: err}
	}
	if dialer != nil {
		pqConnector.Dialer(dialer)
	}
	c := &connector{pqConnector, timeouts, oldestServer}
	s := &Source{db: sqlx.NewDb(sql.OpenDB(c), "postgres"), flush: timeouts.Flush}
	s.db.SetMaxOpenConns(2)
	if err := s.connect(ctx); err != nil {
		_ = s.db.Close()
		return nil, wrap("connect", err)
	}
	c.version = s.server.Version
	return s, nil
}

// connect reads what server this is and what its tables look like.
func (s *Source) connect(ctx context.Context) error {
	begun := false
	err := s.read(ctx, "connect", func(tx *sqlx.Tx) (err error) {
		begun = true
		if err = getRow(ctx, tx, &s.server, "server.sql", nil); err != nil {
			return err
		}
		if s.server.Version < oldestServer {
			return fmt.Errorf("%w (version %d)", ErrOldServer, s.server.Version)
		}
		s.layout, err = readLayout(ctx, tx)
		s.layout.version = s.server.Version
		return err
	})
	if !begun && errors.Is(err, driver.ErrBadConn) && s.db.PingContext(ctx) == nil {
		// Each of some new connections ended at the begin: no fault of the network does that.
		return ErrStatementPooling
	}
	return err
}

// Close ends our sessions.
func (s *Source) Close() error { return s.db.Close() }

// oldestServer is the oldest PostgreSQL that has all the functions we use.
const oldestServer = 90400

var (
	// ErrOldServer is a server that lacks functions that we need.
	ErrOldServer = errors.New("server is older than PostgreSQL 9.4")
	// ErrStatementPooling is a pooler that answers statements and ends each connection that begins a transaction.
	ErrStatementPooling = errors.New("pooler allows no transactions")
)

// ControlFunctions is the oldest PostgreSQL that has its system identifier in SQL.
const ControlFunctions = 90600

// Server is what a server reports about itself.
type Server struct {
	// Version is as PostgreSQL numbers it: 90600, 150004.
	Version     int    `db:"version"`
	Encoding    string `db:"encoding"`
	Database    string `db:"database"`
	DatabaseOID int64  `db:"database_oid"`
	// Started is when the server was started, in UTC.
	Started string `db:"started"`
	// Control says that the server shows its identifier, timeline and last checkpoint to this role.
	Control bool `db:"control"`
}
