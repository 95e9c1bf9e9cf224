package main

import (
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// row is what the runs of a task came to.
type row struct {
	task
	seconds, yardstickSeconds, peerSeconds []float64
	cpu, walMB                             []float64
	peakMiB, privateMiB, peerMiB           float64
	longestMS                              float64
	lock                                   string
}

// ratios are those of each pair of runs.
func ratios(ours, theirs []float64) (r []float64) {
	for i := range theirs {
		r = append(r, ours[i]/theirs[i])
	}
	return r
}

// measureTasks makes the shop and runs the tasks that the options ask for.
func (b *bench) measureTasks(to *report) {
	var last *rig
	for _, t := range tasks() {
		if !b.wants(t.id) {
			continue
		}
		if last == nil {
			b.makeSource(b.shop)
			last = &rig{}
		}
		measured := &row{task: t}
		b.Logf("%s:", t.id)
		last = b.measureTask(measured, last)
		to.rows = append(to.rows, measured)
	}
}

// measureTask runs a task's pairs; who goes first alternates. It returns the task's rig, which is the last one's where
// the task goes on with what that has filled.
func (b *bench) measureTask(m *row, last *rig) *rig {
	r := last
	if m.filled == "" || last.task.filled != m.filled {
		r = &rig{bench: b, stores: b.server, task: m.task}
		r.haveRejects(max(m.rejects, fewRejects))
		r.perform(m.once)
	}
	for i := range b.runs {
		r.perform(m.each)
		sides := []func(*rig){m.runOurs, m.runYardstick, m.runPeer}
		i %= len(sides)
		for _, side := range slices.Concat(sides[i:], sides[:i]) {
			side(r)
		}
		m.check(r)
	}
	b.Logf("  %s s, yardstick %s s, ratio %s, peer %s s", spreadOf(m.seconds), spreadOf(m.yardstickSeconds),
		spreadOf(ratios(m.seconds, m.yardstickSeconds)), spreadOf(m.peerSeconds))
	return r
}

// runOurs measures the binary.
func (m *row) runOurs(r *rig) {
	o := r.observe(r.binary(m.ours...), max(1, m.repeat))
	m.seconds = append(m.seconds, o.Seconds)
	m.cpu = append(m.cpu, o.CPU)
	m.walMB = append(m.walMB, o.walMB)
	m.peakMiB, m.privateMiB = max(m.peakMiB, o.PeakMiB), max(m.privateMiB, o.PrivateMiB)
	m.longestMS = max(m.longestMS, o.longestMS)
	m.lock = strongest(m.lock, o.lock)
}

// runYardstick measures the yardstick, where there is one.
func (m *row) runYardstick(r *rig) {
	if m.yardstick != nil {
		o := r.observe(m.yardstick(r), max(1, m.repeat))
		m.yardstickSeconds = append(m.yardstickSeconds, o.Seconds)
	}
}

// runPeer measures the peer, where there is one that has a part in the task, and checks that it has all rows.
func (m *row) runPeer(r *rig) {
	if r.peer.path == "" || m.peerTable == "" {
		return
	}
	o := r.observe(r.peerCommand(), max(1, m.repeat))
	m.peerSeconds, m.peerMiB = append(m.peerSeconds, o.Seconds), max(m.peerMiB, o.PeakMiB)
	count := "SELECT count(*) || ' " + m.peerTable + "' FROM " + m.peerTable
	if theirs, all := r.ask(peerDB, count), r.ask(sourceDB, count); theirs != all {
		r.Fatalf("check %s: it has brought over %s of %s", r.peer.name, theirs, all)
	}
}

// peerCommand is a run of the peer.
func (r *rig) peerCommand() lab.Command {
	env := append(slices.Clone(r.env), "BENCH_TABLE="+r.task.peerTable, "BENCH_TARGET="+r.server.URL(peerDB),
		"BENCH_TASK="+r.task.id)
	return lab.Command{Argv: []string{r.peer.path}, Env: env, Dir: r.peerDir()}
}
