package blackbird

import (
	"context"
	"time"
)

// Source is the source that a stream of a store is brought from.
type Source struct {
	Stream string `db:"stream"`
	// SystemIdentifier is the server's, empty where it is not known.
	SystemIdentifier string `db:"system_identifier"`
	Database         string `db:"database_name"`
	DatabaseOID      int64  `db:"database_oid"`
	// Locations are those that are synced, as a setting says it.
	Locations string `db:"locations"`
	// Clock is what the till's clock said when the last pass over orders that succeeded began: the present of the
	// points. It is zero for other streams, and where no such pass has recorded it.
	Clock UTCTime `db:"clock"`
}

// Present returns the present of the points: the till's clock when the last pass over orders that succeeded began. A
// store of an earlier program has only the time at which that pass was begun. It is zero where there was none.
func (x *Session) Present(ctx context.Context) (time.Time, error) {
	return x.store.present(ctx, x.onOwn())
}

// Present returns what Session.Present does.
func (s *Store) Present(ctx context.Context) (time.Time, error) { return s.present(ctx, s.on(s.db)) }

func (s *Store) present(ctx context.Context, q Queries) (time.Time, error) {
	var present UTCTime
	err := q.Get(ctx, &present, "present", Args{"stream": Orders.Name, "done": string(StatusDone)})
	if isNone(err) {
		err = nil
	}
	return present.Time, s.wrap("read sources", err)
}

// Sources returns the sources of the store's streams, as their last passes recorded them.
func (x *Session) Sources(ctx context.Context) (sources []Source, err error) {
	err = x.onOwn().Select(ctx, &sources, "sources", nil)
	return sources, x.store.wrap("read sources", err)
}

// Twin returns the id of another store in the database whose rows of any stream are from the same source and the same
// locations, empty where there is none, or where the server does not show its identifier.
func (x *Session) Twin(ctx context.Context, source Source) (id string, err error) {
	err = x.onOwn().Get(ctx, &id, "sources_twin", Args{
		"system_identifier": source.SystemIdentifier, "database_name": source.Database,
		"database_oid": source.DatabaseOID, "locations": source.Locations,
	})
	if isNone(err) {
		err = nil
	}
	return id, x.store.wrap("read sources", err)
}

// SetSource has Begin record the source of the session's stream. Where it is another one than before, what is recorded
// of all streams is forgotten: they have to be brought from the new one too.
func (x *Session) SetSource(source Source, other bool) { x.source, x.otherSource = &source, other }

// recordSource records the source of a pass that begins.
func (x *Session) recordSource(ctx context.Context, t *tx, pass int64) error {
	if x.source == nil {
		return nil
	}
	if x.otherSource {
		if _, err := t.Exec(ctx, "sources_forget", nil); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, "sources_record", Args{
		"system_identifier": x.source.SystemIdentifier, "database_name": x.source.Database,
		"database_oid": x.source.DatabaseOID, "locations": x.source.Locations, "pass_id": pass,
	})
	return err
}
