package blackbird

import (
	"context"
	"database/sql"
)

// Program is a version of the loyalty rules.
type Program struct {
	// Version counts from 1 on.
	Version int64 `db:"version" json:"version"`
	// EffectiveFrom is the moment from which orders are judged by it; the zero time is from the beginning.
	EffectiveFrom UTCTime `db:"effective_from" json:"effective_from,omitzero"`
	// Rules are JSON.
	Rules JSONText `db:"rules" json:"rules"`
	// FirstPassID is the pass that first saw it, at CreatedAt.
	FirstPassID int64 `db:"first_pass_id" json:"first_pass_id"`
	// FirstPassFailed says that that pass was refused or cut off.
	FirstPassFailed bool `db:"first_pass_failed" json:"-"`
	// FullPassID is the last pass that judged every order anew by it, 0 for none.
	FullPassID int64   `db:"full_pass_id" json:"full_pass_id,omitempty"`
	CreatedAt  UTCTime `db:"created_at" json:"created_at"`
}

// Programs returns the versions of the store's loyalty rules, the oldest first.
func (s *Store) Programs(ctx context.Context) ([]Program, error) { return s.programs(ctx, s.on(s.db)) }

// Programs returns the versions of the store's loyalty rules, the oldest first.
func (x *Session) Programs(ctx context.Context) ([]Program, error) {
	return x.store.programs(ctx, x.onOwn())
}

func (s *Store) programs(ctx context.Context, q Queries) (programs []Program, err error) {
	err = q.Select(ctx, &programs, "programs", nil)
	return programs, s.wrap("read programs", err)
}

// AddProgram adds a version of the loyalty rules, which this pass is the first to see.
func (p *Pass) AddProgram(ctx context.Context, program *Program) error {
	return p.mergeOn(ctx, p.session.own, func(t *tx) (c Counts, err error) {
		args := Args{"version": program.Version, "rules": string(program.Rules), "pass_id": p.ID, "now": p.now()}
		args["from"] = sql.NullString{}
		if !program.EffectiveFrom.IsZero() {
			args["from"] = program.EffectiveFrom.Time
		}
		_, err = t.Exec(ctx, "program_add", args)
		return c, err
	})
}

// JudgedAll notes that this pass has judged every order anew by a version.
func (p *Pass) JudgedAll(ctx context.Context, version int64) error {
	return p.mergeOn(ctx, p.session.own, func(t *tx) (c Counts, err error) {
		_, err = t.Exec(ctx, "program_full", Args{"version": version, "pass_id": p.ID})
		return c, err
	})
}
