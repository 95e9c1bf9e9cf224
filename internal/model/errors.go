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
