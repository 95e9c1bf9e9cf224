package main

// row is what the runs of a task came to.
type row struct {
	task
	seconds, yardstick, ratio, cpu, walMB []float64
	peakMiB, longestMS                    float64
	lock                                  string
}

// measureTasks makes the shop and runs the tasks that the options ask for.
func (b *bench) measureTasks(to *report) {
	for _, t := range tasks() {
		if !b.wants(t.id) {
			continue
		}
		if len(to.rows) == 0 {
			b.makeSource(b.shop)
		}
		measured := &row{task: t}
		b.Logf("%s:", t.id)
		b.measureTask(measured)
		to.rows = append(to.rows, measured)
	}
}

// measureTask runs a task's pairs; who goes first alternates.
func (b *bench) measureTask(m *row) {
	r := &rig{bench: b}
	r.perform(m.once)
	for i := range b.runs {
		r.perform(m.each)
		sides := []func(*rig){m.runOurs, m.runYardstick}
		if i%2 == 1 {
			sides[0], sides[1] = sides[1], sides[0]
		}
		for _, side := range sides {
			side(r)
		}
		if len(m.yardstick) > 0 {
			m.ratio = append(m.ratio, m.seconds[i]/m.yardstick[i])
		}
		m.check(r)
	}
	b.Logf("  %s s, yardstick %s s, ratio %s", spreadOf(m.seconds), spreadOf(m.yardstick), spreadOf(m.ratio))
}

// runOurs measures the binary.
func (m *row) runOurs(r *rig) {
	o := r.observe(r.binary(m.ours...), max(1, m.repeat))
	m.seconds = append(m.seconds, o.Seconds)
	m.cpu = append(m.cpu, o.CPU)
	m.walMB = append(m.walMB, o.walMB)
	m.peakMiB = max(m.peakMiB, o.PeakMiB)
	m.longestMS = max(m.longestMS, o.longestMS)
	m.lock = strongest(m.lock, o.lock)
}

// runYardstick measures the yardstick, where there is one.
func (m *row) runYardstick(r *rig) {
	if m.yardstickSQL == "" {
		return
	}
	database := m.database
	if database == "" {
		database = yardstickDB
	}
	o := r.observe(r.script(database, m.yardstickSQL), max(1, m.repeat))
	m.yardstick = append(m.yardstick, o.Seconds)
}
