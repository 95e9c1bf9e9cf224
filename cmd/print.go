package cmd

import (
	"encoding/json"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
)

// printLogged is print for what schedulers run: where a log in JSON goes to the same place, the result is a line of
// JSON too, unless --output says otherwise, so that the log is one form.
func (a *app) printLogged(value any, text func(w io.Writer)) error {
	if a.oneForm && !a.cfg.General.Changed("output") {
		return json.NewEncoder(a.out).Encode(value)
	}
	return a.print(value, text)
}

// isTerminal reports whether what is written goes to a terminal.
func isTerminal(w io.Writer) bool {
	file, isFile := w.(*os.File)
	return isFile && term.IsTerminal(int(file.Fd()))
}

// form returns how tables are shown: on a terminal they fit it, unless --wide asks for all of them.
func (a *app) form() output.Form {
	form := formOf(a.out)
	if a.wide {
		form.Width = 0
	}
	return form
}

// formOf returns the form of a terminal, or of what is none.
func formOf(w io.Writer) output.Form {
	file, isFile := w.(*os.File)
	if !isFile || !isTerminal(file) {
		return output.Form{}
	}
	form := output.Form{Width: 80, Colour: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		form.Width = width
	}
	return form
}

// sameFile reports whether two writers are one file or pipe.
func sameFile(a, b io.Writer) bool {
	one, isFile := a.(*os.File)
	other, isAlso := b.(*os.File)
	if !isFile || !isAlso {
		return false
	}
	first, err := one.Stat()
	second, failed := other.Stat()
	// Windows knows no identity of pipes and consoles: there any two would be one.
	known := runtime.GOOS != "windows" || err == nil && first.Mode().IsRegular()
	return err == nil && failed == nil && known && os.SameFile(first, second)
}

// print writes a command's result to stdout: the value as one line of JSON, or what text
// writes, or its first table as CSV.
func (a *app) print(value any, text func(w io.Writer)) error {
	switch {
	case a.cfg.Output == "json":
		return json.NewEncoder(a.out).Encode(value)
	case a.cfg.Output == "csv":
		if a.csv == nil {
			a.csv = output.NewCSV(a.out, a.one)
		}
		return a.csv.Result(text)
	case a.one != "":
		// The columns are aligned once all stores' rows are there.
		text(a.out)
		return nil
	}
	return a.form().Aligned(a.out, text)
}
