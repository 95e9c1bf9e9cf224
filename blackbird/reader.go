package blackbird

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// reader reads one state of the store, whatever passes write meanwhile.
type reader struct {
	tx    *sqlx.Tx
	store *Store
}

// snapshot runs work that only reads. No pass waits for it, nor it for a pass.
func (s *Store) snapshot(ctx context.Context, work func(*reader) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return work(&reader{tx: tx, store: s})
}

// selects reads all rows of one query with named parameters, of which the store's id is one.
func (r *reader) selects(ctx context.Context, into any, query string, more map[string]any) error {
	query, list, err := r.bind(query, more)
	if err != nil {
		return err
	}
	return sqlx.SelectContext(ctx, r.tx, into, query, list...)
}

// get reads the one row of a query with named parameters; sql.ErrNoRows where there is none.
func (r *reader) get(ctx context.Context, into any, query string, more map[string]any) error {
	query, list, err := r.bind(query, more)
	if err != nil {
		return err
	}
	return sqlx.GetContext(ctx, r.tx, into, query, list...)
}

func (r *reader) bind(query string, more map[string]any) (string, []any, error) {
	args := map[string]any{"store_id": r.store.id}
	for k, v := range more {
		args[k] = v
	}
	return named(query, args, sqlx.BindType(r.store.db.DriverName()))
}
