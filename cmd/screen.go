package cmd

import (
	"os"
	stdsync "sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// screen is a terminal that shows log lines and one progress bar below them: writing a line clears the bar, and the
// next tick draws it again. It is a sync.Progress while it watches a pass.
type screen struct {
	file *os.File

	mu     stdsync.Mutex
	stream string
	// bar is that of the current step, nil between passes.
	bar  *progressbar.ProgressBar
	step string
	// total is the estimated number of rows of the step, 0 if it is unknown; done is how many are done.
	total, done int64
}

// redraw is how often the bar is drawn, so that its clock moves while nothing else does.
const redraw = 100 * time.Millisecond

// Write writes a log line.
func (s *screen) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	return s.file.Write(line)
}

// watch shows the progress of a pass until stop is called, which removes the bar.
func (s *screen) watch(stream string) (stop func()) {
	s.stream = stream
	stopped, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(redraw)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				s.Advance(0)
			case <-stopped:
				return
			}
		}
	}()
	return func() {
		close(stopped)
		<-done
		s.mu.Lock()
		defer s.mu.Unlock()
		s.clear()
		s.bar = nil
	}
}

// Step starts a new bar, or a spinner if the number of rows is unknown.
func (s *screen) Step(name string, rows int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.step, s.total, s.done = name, rows, 0
	s.bar = s.newBar()
	_ = s.bar.RenderBlank()
}

// Advance moves the bar. If there are more rows than estimated, the bar gets longer.
func (s *screen) Advance(rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar == nil {
		return
	}
	if rows == 0 {
		_ = s.bar.RenderBlank()
		return
	}
	before := s.done
	s.done += int64(rows)
	switch {
	case s.total == 0 && before == 0:
		// The spinner counts rows once there are any.
		s.clear()
		s.bar = s.newBar()
	case s.total > 0 && s.done > s.total:
		s.total = s.done + s.done/10
		if !s.bar.IsFinished() {
			s.bar.ChangeMax64(s.total)
			break
		}
		// A finished bar cannot change.
		s.bar = s.newBar()
		_ = s.bar.Add64(before)
	}
	_ = s.bar.Add(rows)
}

func (s *screen) newBar() *progressbar.ProgressBar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(s.file), progressbar.OptionSetDescription(s.stream + ": " + s.step),
		progressbar.OptionUseANSICodes(true), progressbar.OptionSetTheme(progressbar.ThemeASCII),
		progressbar.OptionSetItsString("rows"), progressbar.OptionThrottle(redraw / 2),
		progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionShowTotalBytes(s.total > 0),
	}
	if s.total > 0 || s.done > 0 {
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts())
	}
	if s.total > 0 {
		return progressbar.NewOptions64(s.total, options...)
	}
	return progressbar.NewOptions64(-1, options...)
}

// clear removes the bar from the screen.
func (s *screen) clear() {
	if s.bar != nil {
		_ = s.bar.Clear()
	}
}
