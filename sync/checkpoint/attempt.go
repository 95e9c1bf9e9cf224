package checkpoint

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/files"
)

// Attempt is how the last run of a stream's pass ended, whether or not it reached a database.
type Attempt struct {
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	ExitCode  int       `json:"exit_code"`
	// Error and Hint are empty where it succeeded. They hold no personal data.
	Error string `json:"error,omitempty"`
	Hint  string `json:"hint,omitempty"`
}

func (f *Folder) attemptPath(stream string) string {
	return filepath.Join(f.path, stream+".attempt.json")
}

// SaveAttempt writes how a run ended in the place of the one before. It is for people: it is not synced, and after a
// crash of the machine there may be none. The error is a StateError.
func (f *Folder) SaveAttempt(stream string, a Attempt) error {
	path := f.attemptPath(stream)
	text, err := json.Marshal(a)
	if err == nil {
		// Two runs may end at once: neither mixes its text with the other's.
		next := fmt.Sprintf("%s.%d", path, os.Getpid())
		if err = os.WriteFile(next, append(text, '\n'), fileMode); err == nil {
			err = os.Rename(next, path)
		}
	}
	return stateError("write last attempt", path, err)
}

// LastAttempt returns how the stream's last run ended, nil where that is not known.
func (f *Folder) LastAttempt(stream string) *Attempt {
	text, err := files.Read(f.attemptPath(stream))
	if err != nil {
		return nil
	}
	a := &Attempt{}
	if json.Unmarshal(text, a) != nil || a.EndedAt.IsZero() {
		return nil
	}
	return a
}
