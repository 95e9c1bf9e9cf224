package biotrack

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Former is what an earlier pass left of the source's state, zero for nothing.
type Former struct {
	Position Position
	// Started is when the server was started.
	Started string
	// Evidence is what was seen of tables, by their names.
	Evidence map[string]model.Evidence
}

// State is the source's when a pass begins.
type State struct {
	Identity  Identity
	Positions Positions
	// Restarted reports whether the server was started since the former state.
	Restarted bool
	// Locations are those that the server lists, by id. Where it lists none that we may read they are those that the
	// products name, and Listed is false: there may be others.
	Locations []Location
	Listed    bool
	// Tables are the states of the tables that were asked about, by their names.
	Tables map[string]TableState
}

// TableState is what a table is when a pass begins.
type TableState struct {
	Relations Relations
	// Witnesses are the former witnesses as they are now. None is read where rows do not show who wrote them.
	Witnesses []Witness
	// Unwitnessed is the key of a row that was not there when the witnesses were read although it is older, empty for
	// none. It is looked for after a restart.
	Unwitnessed string
}

// Identity distinguishes one source from another: a restored, moved or swapped server differs in at least one field.
type Identity struct {
	// SystemIdentifier is the cluster's own number, empty where the server does not show it (before 9.6, or not
	// granted).
	SystemIdentifier string `json:"system_identifier" db:"system_identifier"`
	// Timeline rises with each failover and point-in-time restore; 0 where the server does not show it.
	Timeline    int64  `json:"timeline" db:"timeline_id"`
	Database    string `json:"database" db:"-"`
	DatabaseOID int64  `json:"database_oid" db:"-"`
}

// Location is one of the shops that a server keeps. Where only products name it, it has no name.
type Location struct {
	ID      int64  `db:"id"`
	Name    string `db:"name"`
	Deleted bool   `db:"deleted"`
}

// State reads the state of the source and of some of its tables, in one short transaction and without taking a
// transaction id of its own. No large table is read.
func (s *Source) State(ctx context.Context, former Former, tables ...string) (now State, err error) {
	const op = "read state"
	now = State{Restarted: former.Started != s.server.Started, Tables: make(map[string]TableState)}
	err = s.read(ctx, op, func(tx *sqlx.Tx) error {
		if err := s.readPositions(ctx, tx, former.Position, &now); err != nil {
			return wrap(op, err)
		}
		if err := s.readLocations(ctx, tx, &now); err != nil {
			return wrap("read locations", err)
		}
		for _, table := range tables {
			state, err := s.readTable(ctx, tx, table, former, now.Restarted)
			if err != nil {
				return wrap("read state of "+table, err)
			}
			now.Tables[table] = state
		}
		return nil
	})
	return now, err
}

// readPositions reads which server this is and where it is. If that is past the position that is known, it waits a
// little for the server's write-ahead log to be flushed, in this transaction: its connection would not survive a crash.
func (s *Source) readPositions(ctx context.Context, tx *sqlx.Tx, known Position, now *State) error {
	var read struct {
		Identity
		Positions
		// Checkpoint is the position of the last checkpoint: after a crash no id from before it is given out again.
		Checkpoint Position
	}
	if err := getRow(ctx, tx, &read, "state.sql", s.server); err != nil {
		return err
	}
	now.Identity, now.Positions = read.Identity, read.Positions
	now.Identity.Database, now.Identity.DatabaseOID = s.server.Database, s.server.DatabaseOID
	p := &now.Positions
	unflushed := func() bool { return read.Flushed < p.WAL && p.Next > known }
	pause := time.Millisecond
	for waited := time.Duration(0); unflushed() && waited < s.flush; waited += pause {
		pause = min(2*pause, maxPause)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		if err := getRow(ctx, tx, &read, "state.sql", s.server); err != nil {
			return err
		}
	}
	if p.Durable = p.Next; read.Flushed < p.WAL {
		p.Durable = min(read.Checkpoint, p.Next)
	}
	return nil
}

// maxPause is the longest pause between two looks at whether the server has flushed its log.
const maxPause = 8 * time.Millisecond

// readLocations reads the locations. A role need not be allowed to read them.
func (s *Source) readLocations(ctx context.Context, tx *sqlx.Tx, now *State) (err error) {
	denied := func(err error) bool { return pq.As(err, pqerror.InsufficientPrivilege) != nil }
	if s.layout.Has(tableLocations, "id") && len(s.layout.unreadable(tableLocations)) == 0 {
		err = selectRows(ctx, tx, &now.Locations, "locations.sql", s.layout)
		now.Listed = len(now.Locations) > 0
	}
	if (err == nil || denied(err)) && !now.Listed && s.layout.HasTable(tableProducts) {
		err = selectRows(ctx, tx, &now.Locations, "locations_of_products.sql", s.layout)
	}
	if denied(err) {
		_, err = tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT state")
	}
	for i := range now.Locations {
		now.Locations[i].Name = s.Text(now.Locations[i].Name)
	}
	return err
}

// readTable reads what a table of customers or tickets is, and its former witnesses as they are now.
func (s *Source) readTable(ctx context.Context, tx *sqlx.Tx, table string, former Former, restarted bool) (
	state TableState, err error,
) {
	if state.Relations, err = s.readRelations(ctx, tx, table, former.Position); err != nil {
		return state, err
	}
	evidence, known := former.Evidence[table]
	if state.Relations.NoXmin != "" || !known {
		return state, nil
	}
	var keys, xids []string
	for _, w := range evidence.Witnesses {
		keys, xids = append(keys, w.Key), append(xids, w.XID)
	}
	q, empty := s.layout.query(table), len(keys) == 0
	if !empty {
		state.Witnesses, err = readWitnesses(ctx, tx, q, former.Position, keys, nil, nil)
	}
	if err == nil && (restarted || empty) {
		state.Unwitnessed, err = readUnwitnessed(ctx, tx, q, former.Position, keys, xids)
	}
	return state, err
}
