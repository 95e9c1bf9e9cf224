package cmd

import (
	"os"
	stdsync "sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// screen is a terminal on which log lines and one progress bar take turns: a line that is written clears the bar, which comes back below it.
// It is a sync.Progress while it watches a pass.
type screen struct {
	file *os.File

	mu     stdsync.Mutex
	stream string
	// bar is the step's, nil between passes.
	bar  *progressbar.ProgressBar
	step string
	// rows is about how many the step has, 0 where it cannot be told; done is how many are done.
	rows, done int64
}

// redraw is how often the bar is drawn anew, so that its clock goes on while nothing else does.
const redraw = 100 * time.Millisecond

func isTerminal(w any) (*os.File, bool) {
	file, ok := w.(*os.File)
	return file, ok && isatty.IsTerminal(file.Fd())
}

// newScreen returns a terminal's screen, nil where a line cannot be cleared.
func newScreen(file *os.File) *screen {
	if os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &screen{file: file}
}

// Write writes a log line.
func (s *screen) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	return s.file.Write(line)
}

// watch shows a pass's progress until the returned function is called, and leaves nothing of it on the screen.
func (s *screen) watch(stream string) (stop func()) {
	s.stream = stream
	ended, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(redraw)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				s.Advance(0)
			case <-ended:
				return
			}
		}
	}()
	return func() {
		close(ended)
		<-gone
		s.mu.Lock()
		defer s.mu.Unlock()
		s.clear()
		s.bar = nil
	}
}

// Step begins a bar of its own, or where nobody can tell how many rows there are something that turns.
func (s *screen) Step(name string, rows int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.step, s.rows, s.done = name, rows, 0
	s.bar = s.newBar()
	_ = s.bar.RenderBlank()
}

// Advance moves the bar. Rows beyond what the step was thought to have make it longer: an estimate may be old.
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
	if s.rows == 0 && before == 0 {
		s.clear()
		s.bar = s.newBar()
	}
	if s.rows > 0 && s.done > s.rows {
		s.lengthen(before)
	}
	_ = s.bar.Add(rows)
}

// lengthen makes the bar longer. One that was full already stays as it is, and another takes its place.
func (s *screen) lengthen(done int64) {
	s.rows = s.done + s.done/10
	if !s.bar.IsFinished() {
		s.bar.ChangeMax64(s.rows)
		return
	}
	s.bar = s.newBar()
	_ = s.bar.Add64(done)
}

// newBar makes the bar of the present step. What turns counts rows once there are any.
func (s *screen) newBar() *progressbar.ProgressBar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(s.file), progressbar.OptionSetDescription(s.stream + ": " + s.step), progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetTheme(progressbar.ThemeASCII), progressbar.OptionSetItsString("rows"), progressbar.OptionThrottle(redraw / 2),
		progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionShowTotalBytes(s.rows > 0),
	}
	if s.rows > 0 || s.done > 0 {
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts())
	}
	if s.rows > 0 {
		return progressbar.NewOptions64(s.rows, options...)
	}
	return progressbar.NewOptions64(-1, options...)
}

// clear takes the bar off the screen.
func (s *screen) clear() {
	if s.bar != nil {
		_ = s.bar.Clear()
	}
}
