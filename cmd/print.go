package cmd

import (
	"encoding/json"
	"io"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
)

// print writes a command's result to stdout: the value as one line of JSON, or what text writes.
func (a *app) print(value any, text func(w io.Writer)) error {
	switch {
	case a.cfg.Output == "json":
		return json.NewEncoder(a.out).Encode(value)
	case a.one != "":
		// The columns are aligned once all stores' rows are there.
		text(a.out)
		return nil
	}
	return output.Aligned(a.out, text)
}
