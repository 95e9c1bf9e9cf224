package biotrack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestErrorPredicates(t *testing.T) {
	t.Parallel()
	read := func(err error) error { return fmt.Errorf("orders: %w", &Error{Op: "read tickets", Err: err}) }
	for _, tt := range []struct {
		name                       string
		err                        error
		unavailable, configuration bool
	}{
		{"none", nil, false, false},
		{"another package's", io.ErrUnexpectedEOF, false, false},
		{"cut off", read(io.ErrUnexpectedEOF), true, false},
		{"starting", read(&pq.Error{Code: "57P03"}), true, false},
		{"password", read(&pq.Error{Code: "28P01"}), false, true},
		{"sslrootcert", read(&fs.PathError{Op: "open", Path: "root.crt", Err: fs.ErrNotExist}), false, true},
		{"schema", read(&SchemaError{Missing: []string{"table tickets"}}), false, true},
		{"old server", read(ErrOldServer), false, true},
		{"session that may write", read(ErrWritable), false, true},
		{"source-sql while the server restarts", &OverrideError{Table: "tickets", Err: io.EOF}, false, true},
		{"data", read(&pq.Error{Code: "22P02"}), false, false},
		{"anything else", read(errors.New("what")), false, false},
	} {
		if got := IsUnavailable(tt.err); got != tt.unavailable {
			t.Errorf("%s: unavailable is %t", tt.name, got)
		}
		if got := IsConfiguration(tt.err); got != tt.configuration {
			t.Errorf("%s: configuration is %t", tt.name, got)
		}
	}
	if kind := ErrorKind(read(&pq.Error{Code: "42501"})); kind != model.DBErrorPermission {
		t.Errorf("kind of a missing grant is %d", kind)
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	err := &Error{Op: "read tickets", Err: &pq.Error{Code: "22P02", Message: `invalid input: "Rosalind"`}}
	if want := "BioTrack: read tickets: data error 22P02 (invalid_text_representation)"; err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
}
