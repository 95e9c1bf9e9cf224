package model

import (
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// ErrorText returns an error's text. A data error, class 22, may quote a row, and so a person: of that only the code
// and its name are left.
func ErrorText(err error) string {
	if e := pq.As(err); e != nil && e.Code.Class() == pqerror.ClassDataException {
		return strings.ReplaceAll(err.Error(), e.Error(), fmt.Sprintf("data error %s (%s)", e.Code, e.Code.Name()))
	}
	return err.Error()
}

// SetupError reports a setting that does not fit the source, the store or the watermark: the user has to decide.
type SetupError struct {
	Problem string
	// HintText says what to do, in one sentence.
	HintText string
}

func (e *SetupError) Error() string { return e.Problem }

// Hint returns what to do.
func (e *SetupError) Hint() string { return e.HintText }
