package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/rs/zerolog"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// hinter is an error that knows what to do about it.
type hinter interface{ Hint() string }

// commandError is an error that a command finds itself.
type commandError struct {
	exitCode      int
	problem, hint string
}

func (e *commandError) Error() string { return e.problem }

func (e *commandError) code() int { return e.exitCode }

// Hint returns what to do.
func (e *commandError) Hint() string { return e.hint }

// notFound is the error of an argument that names nothing.
func notFound(problem, hint string) error { return &commandError{exitUsage, problem, hint} }

// finding is the error of a report that shows something wrong.
func finding(problem, hint string) error { return &commandError{exitData, problem, hint} }

// reportError reports the error that ends the run: what went wrong, and what to do. In a JSON log it is one line, else
// two lines for a person.
func (a *app) reportError(ctx context.Context, err error, code int) {
	problem, hint := describe(ctx, err, code), model.PlainText(hintFor(err, code))
	if a.json {
		a.anyStore.Error().Int(keyExitCode, code).Str(zerolog.ErrorFieldName, problem).Str(keyHint, hint).
			Msg("command failed")
		return
	}
	a.complain("blackbirdctl: error: "+problem, "hint: "+hint)
}

// complain writes lines to stderr, those that end with a blank and so say nothing left out. On a terminal they fit it.
func (a *app) complain(lines ...string) {
	form := formOf(a.err)
	for _, line := range lines {
		if !strings.HasSuffix(line, ": ") {
			fmt.Fprintln(a.err, form.Wrap(line))
		}
	}
}

// note says something about the whole run: to a person in plain words, else in the log.
func (a *app) note(text string) {
	if a.json || a.one != "" {
		a.log.Info().Msg(text)
		return
	}
	a.complain(text)
}

// describe returns what went wrong, in one line.
func describe(ctx context.Context, err error, code int) string {
	if code == exitInterrupted || code == exitTerminated {
		return fmt.Sprintf("stopped: %v", context.Cause(ctx))
	}
	return model.PlainText(strings.ReplaceAll(err.Error(), "\n", "; "))
}

// aboutStream returns what went wrong with a stream, with its name once: some errors begin with it.
func aboutStream(stream, problem string) string {
	return stream + ": " + strings.TrimPrefix(problem, stream+": ")
}

// hintFor returns what to do: the error's own hint, or what its kind and the exit code mean.
func hintFor(err error, code int) string {
	var h hinter
	if errors.As(err, &h) {
		return h.Hint()
	}
	switch code {
	case exitConfig, exitUnavailable:
		if is[*blackbird.Error](err) {
			return storeHint(err)
		}
		return sourceHint(err)
	case exitState:
		file, ok := errors.AsType[*fs.PathError](err)
		switch {
		case ok && errors.Is(err, blackbird.ErrNotRegular):
			return "remove " + file.Path + ", or put the store's file there from a backup"
		case ok && !is[*blackbird.Error](err):
			return fmt.Sprintf("make %s writable, and free space on its disk", file.Path)
		}
		return "make the state folder writable and free space on its disk, or name another with --state-dir"
	case exitInterrupted, exitTerminated:
		return "nothing is lost: run it again; a pass goes on from here"
	}
	return "run again with --log-level debug, and report this with the output if it stays"
}

func sourceHint(err error) string {
	const variable = "BIOTRACK_URL"
	switch {
	case errors.Is(err, biotrack.ErrBehind):
		return "run again when the standby has caught up, or name the primary in " + variable
	case errors.Is(err, biotrack.ErrUnflushed):
		return "run again: the next transaction that commits at BioTrack flushes the log"
	case errors.Is(err, biotrack.ErrOldServer):
		return "name a BioTrack server on PostgreSQL 9.4 or newer in " + variable
	case errors.Is(err, biotrack.ErrWritable):
		return "connect to the server itself: a pooler or proxy in " + variable +
			" drops READ ONLY from what it is sent"
	case errors.Is(err, biotrack.ErrStatementPooling):
		return "let the pooler in " + variable + " pool transactions or sessions, or name the server's own port"
	case biotrack.IsRowSecurity(err):
		return "let the role in " + variable + " see all rows: ALTER ROLE <role> BYPASSRLS, as a superuser; " +
			"or switch row security off for that table, as its owner"
	case biotrack.ErrorKind(err) == model.DBErrorPermission:
		return "grant the role in " + variable + " what it lacks, as its owner: GRANT SELECT ON ALL TABLES " +
			"IN SCHEMA public TO <role>; `blackbirdctl inspect schema` prints the exact statements"
	}
	return databaseHint(biotrack.ErrorKind(err), "the BioTrack database", variable)
}

func storeHint(err error) string {
	const variable = "BLACKBIRD_URL"
	kind := blackbird.ErrorKind(err)
	switch {
	case blackbird.IsDisk(err):
		return "free space on the state folder's disk, where the embedded store is, and try again: nothing is lost"
	case kind == model.DBErrorCorrupt:
		return "restore blackbird.db, in the state folder, from a backup; without one move it, blackbird.db-wal and " +
			"blackbird.db-shm away, and run `blackbirdctl sync customers --full`, `blackbirdctl sync orders --full`, " +
			"`blackbirdctl sync products --full`, `blackbirdctl watermark reset points` and " +
			"`blackbirdctl points recompute`: points adjusted by hand are lost"
	case errors.Is(err, blackbird.ErrReadOnly):
		kind = model.DBErrorReadOnly
	case errors.Is(err, blackbird.ErrOldServer):
		return "use PostgreSQL 14 or newer for the store, or unset " + variable + " for an embedded one"
	case errors.Is(err, blackbird.ErrBioTrack):
		return sync.SeparateStoreHint
	case errors.Is(err, blackbird.ErrEncoding):
		return "create a database for the store with ENCODING 'UTF8' TEMPLATE template0, and name it in " + variable
	case errors.Is(err, blackbird.ErrNoSchema):
		return "name a schema that exists, and that the role has USAGE on, with search_path in " + variable +
			", or leave search_path out"
	case errors.Is(err, blackbird.ErrPooled):
		return "let the pooler in " + variable + " pool sessions, or name the server's own port"
	case errors.Is(err, blackbird.ErrNewerSchema):
		return "use the newer blackbirdctl that made the tables"
	case errors.Is(err, blackbird.ErrCutOff):
		return "run the `blackbirdctl store copy` that was cut off again: it goes on where it stopped"
	case errors.Is(err, blackbird.ErrOlderSchema):
		return "run `blackbirdctl migrate`; a dry run changes no tables"
	case kind == model.DBErrorPermission:
		return "grant the role in " + variable + " what it lacks, as its owner: GRANT CREATE, USAGE " +
			"ON SCHEMA public TO <role>, and the tables if another role made them"
	}
	return databaseHint(kind, "the Blackbird database", variable)
}

// databaseHint returns what to do about a kind of error, whichever database it is from.
func databaseHint(kind model.DBErrorKind, name, variable string) string {
	hint, ok := map[model.DBErrorKind]string{
		model.DBErrorLocked: "a session in " + name + " holds a table locked, as ALTER TABLE, VACUUM FULL and some " +
			"backups do; this shows whose: SELECT a.pid, a.usename, a.application_name, a.xact_start FROM pg_locks l " +
			"JOIN pg_stat_activity a USING (pid) WHERE l.granted AND l.mode = 'AccessExclusiveLock'. Nothing " +
			"is lost: the next pass tries again",
		model.DBErrorAuthentication: "check user and password in " + variable + ", and the server's pg_hba.conf",
		model.DBErrorNoDatabase:     "check the database's name in " + variable,
		model.DBErrorReadOnly: variable + " names a server that cannot be written, such as a standby: " +
			"name its primary",
		model.DBErrorNoTLS: "the server has no TLS: add sslmode=disable to " + variable +
			" if the network is safe",
		model.DBErrorCertificate: "the server's certificate cannot be trusted: give its authority with sslrootcert, " +
			"or choose another sslmode, in " + variable,
		model.DBErrorTarget: "name a server that is what target_session_attrs in " + variable +
			" asks for, or leave it out",
		model.DBErrorPooler: "let the pooler in " + variable + " pool sessions, or name the server's own port",
		model.DBErrorTLSFile: "name readable, valid files with sslrootcert, sslcert and sslkey in " + variable +
			", or leave them out",
	}[kind]
	switch {
	case ok:
		return hint
	case kind.IsConfiguration():
		return "check " + variable
	}
	return "check that " + name + " is up and reachable, then try again: nothing is lost, " +
		"the next pass goes on from here"
}
