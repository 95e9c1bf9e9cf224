package main

import (
	"context"
	"fmt"
)

// row is what the runs of a task came to.
type row struct {
	task
	seconds, yardstick, ratio, cpu, walMB []float64
	peakMiB, longestMS                    float64
	lock                                  string
}

// measureTasks makes the shop and runs the tasks that the options ask for.
func (b *bench) measureTasks(ctx context.Context) ([]*row, error) {
	var rows []*row
	for _, t := range tasks() {
		if !b.wants(t.id) {
			continue
		}
		if len(rows) == 0 {
			if err := b.makeSource(ctx, b.shop); err != nil {
				return nil, err
			}
		}
		measured := &row{task: t}
		if err := b.measureTask(ctx, measured); err != nil {
			return rows, fmt.Errorf("measure %s: %w", t.id, err)
		}
		rows = append(rows, measured)
	}
	return rows, nil
}

// measureTask runs a task's pairs; who goes first alternates.
func (b *bench) measureTask(ctx context.Context, m *row) error {
	r := &rig{bench: b}
	if err := r.perform(ctx, m.once); err != nil {
		return err
	}
	for i := range b.runs {
		if err := r.perform(ctx, m.each); err != nil {
			return err
		}
		sides := []func(context.Context, *rig) error{m.runOurs, m.runYardstick}
		if i%2 == 1 {
			sides[0], sides[1] = sides[1], sides[0]
		}
		for _, side := range sides {
			if err := side(ctx, r); err != nil {
				return err
			}
		}
		if len(m.yardstick) > 0 {
			m.ratio = append(m.ratio, m.seconds[i]/m.yardstick[i])
		}
		if err := m.check(ctx, r); err != nil {
			return err
		}
	}
	b.say("%s: %s s, yardstick %s s, ratio %s", m.id, spreadOf(m.seconds), spreadOf(m.yardstick), spreadOf(m.ratio))
	return nil
}

// runOurs measures the binary.
func (m *row) runOurs(ctx context.Context, r *rig) error {
	o, err := r.observe(ctx, r.binary(m.ours...), max(1, m.repeat))
	if err != nil {
		return err
	}
	m.seconds = append(m.seconds, o.Seconds)
	m.cpu = append(m.cpu, o.CPU)
	m.walMB = append(m.walMB, o.walMB)
	m.peakMiB = max(m.peakMiB, o.PeakMiB)
	m.longestMS = max(m.longestMS, o.longestMS)
	m.lock = strongest(m.lock, o.lock)
	return nil
}

// runYardstick measures the yardstick, where there is one.
func (m *row) runYardstick(ctx context.Context, r *rig) error {
	if m.script == "" {
		return nil
	}
	database := m.database
	if database == "" {
		database = yardstickDB
	}
	o, err := r.observe(ctx, r.script(database, m.script), max(1, m.repeat))
	if err != nil {
		return err
	}
	m.yardstick = append(m.yardstick, o.Seconds)
	return nil
}
