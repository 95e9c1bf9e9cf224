package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lib/pq"
	"modernc.org/sqlite"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// hinter is an error that knows its remedy.
type hinter interface{ Hint() string }

// findingError says what is wrong with what a report has told.
type findingError struct{ problem, remedy string }

func (e *findingError) Error() string { return e.problem }

// Hint returns the remedy.
func (e *findingError) Hint() string { return e.remedy }

// report prints an error for a person: what went wrong, and what to do.
func report(ctx context.Context, w io.Writer, err error, code int) {
	fmt.Fprintf(w, "blackbirdctl: error: %s\n", describe(ctx, err, code))
	if hint := hint(err, code); hint != "" {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
}

// describe says what went wrong, in one line.
func describe(ctx context.Context, err error, code int) string {
	if code == exitInterrupted || code == exitTerminated {
		return fmt.Sprintf("stopped: %v", context.Cause(ctx))
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// hint names the remedy: the error's own, or what the exit code means for the database that was asked.
func hint(err error, code int) string {
	var h hinter
	if errors.As(err, &h) {
		return h.Hint()
	}
	variable, name := databaseOf(err)
	if is[*sqlite.Error](err) && code == exitUnavailable {
		return "free space on the state folder's disk, where the embedded store is, and try again: nothing is lost"
	}
	switch code {
	case exitConfig:
		return configHint(err, variable, name)
	case exitUnavailable:
		return fmt.Sprintf("check that %s is up and reachable, then try again: nothing is lost, the next pass goes on from here", name)
	case exitState:
		return "make the state folder writable and free space on its disk, or name another with --state-dir"
	case exitInterrupted, exitTerminated:
		return "nothing is lost: the next pass goes on from here"
	}
	return "run again with --log-level debug, and report this with the output if it stays"
}

func databaseOf(err error) (variable, name string) {
	switch {
	case is[*biotrack.Error](err):
		return variables(flagBiotrackURL)[0], "the BioTrack database"
	case is[*blackbird.Error](err):
		return variables(flagBlackbirdURL)[0], "the Blackbird database"
	}
	return variables(flagBiotrackURL)[0] + " and " + variables(flagBlackbirdURL)[0], "the database"
}

func standbyHint(variable string) string {
	return variable + " names a server that cannot be written, such as a standby: name its primary"
}

func configHint(err error, variable, name string) string {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		switch {
		case e.Code == "42501":
			return "grant the role in " + variable + " what it lacks, as its owner: " + grants(name)
		case e.Code == "25006":
			return standbyHint(variable)
		case e.Code.Class() == "28":
			return "check user and password in " + variable + ", and the server's pg_hba.conf"
		case e.Code.Class() == "3D":
			return "check the database's name in " + variable
		}
	}
	switch {
	case is[*biotrack.SchemaError](err):
		return "check that " + variable + " names the BioTrack database itself, and that its tables are in the role's search_path: see `blackbirdctl inspect schema`"
	case errors.Is(err, biotrack.ErrOldServer):
		return "name a BioTrack server on PostgreSQL 9.4 or newer in " + variable
	case errors.Is(err, biotrack.ErrWritable):
		return "connect to the server itself: a pooler or proxy in " + variable + " seems to drop the session's settings"
	case errors.Is(err, pq.ErrSSLNotSupported):
		return "the server has no TLS: add sslmode=disable to " + variable + " if the network is safe"
	case isTLS(err):
		return "the server's certificate cannot be trusted: give its authority with sslrootcert, or choose another sslmode, in " + variable
	case errors.Is(err, blackbird.ErrReadOnly):
		return standbyHint(variable)
	case errors.Is(err, blackbird.ErrOldServer):
		return "use PostgreSQL 14 or newer for the store, or unset " + variable + " for an embedded one"
	case errors.Is(err, blackbird.ErrNewerSchema):
		return "use the newer blackbirdctl that made the tables"
	case errors.Is(err, blackbird.ErrOlderSchema):
		return "run `blackbirdctl migrate`; a dry run changes no tables"
	}
	return "check " + variable
}

func grants(name string) string {
	if strings.Contains(name, "BioTrack") {
		return "GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>; `blackbirdctl inspect schema` prints what exactly"
	}
	return "GRANT CREATE, USAGE ON SCHEMA public TO <role>, and the tables if another role made them"
}

// summary says what a pass did, in one line.
func summary(r sync.Result) string {
	c := r.Counts
	line := fmt.Sprintf("%s: %s pass %d%s: read %d, inserted %d, updated %d, unchanged %d, removed %d, rejected %d",
		r.Stream, r.Mode, r.PassID, remarks(r), c.Read, c.Inserted, c.Updated, c.Unchanged, c.Removed, c.Rejected)
	if len(r.Reasons) > 0 {
		line += " (" + output.Tally(r.Reasons) + ")"
	}
	return line
}

func remarks(r sync.Result) string {
	var remarks string
	if r.Resumed {
		remarks += ", resumed"
	}
	if r.DryRun {
		remarks += ", dry run"
	}
	return remarks
}
