package cmd_test

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdProgram runs the program, which must end well.
//
//	blackbirdctl ARGUMENT…
func cmdProgram(ts *testscript.TestScript, _ *fixture, args []string) error {
	return finish(ts, 0, nil, args)
}

// forPerson is the environment of a run that is to fail, or may: its error is for a person, unless the script chooses
// another form of the log.
func forPerson(ts *testscript.TestScript) []string {
	return append([]string{"BLACKBIRDCTL_LOG_FORMAT=console"}, scriptEnvironment(ts)...)
}

// cmdExitCode runs the program and requires exactly this exit code, and of a failure one line with the error and one
// with a hint.
//
//	exitcode CODE blackbirdctl ARGUMENT…
func cmdExitCode(ts *testscript.TestScript, _ *fixture, args []string) error {
	code, args, err := codeAndProgram(args)
	if err != nil {
		return err
	}
	return finish(ts, code, nil, args)
}

// cmdReports is exitcode for a command that prints its report however it ends.
//
//	reports CODE blackbirdctl ARGUMENT…
func cmdReports(ts *testscript.TestScript, _ *fixture, args []string) error {
	code, args, err := codeAndProgram(args)
	if err != nil {
		return err
	}
	r, err := launch(ts.MkAbs("."), forPerson(ts), nil, args...)
	if err != nil {
		return err
	}
	out := show(ts, r.outcome())
	if out.stdout == "" {
		return errors.New("stdout holds no report")
	}
	return out.checkReport(code)
}

// cmdUnprivileged is exitcode, run by a user whom file modes bind.
//
//	unprivileged CODE blackbirdctl ARGUMENT…
func cmdUnprivileged(ts *testscript.TestScript, s *fixture, args []string) error {
	code, args, err := codeAndProgram(args)
	if err != nil {
		return err
	}
	account, err := ordinary(serverFolder(s.till.URL))
	if err != nil {
		return err
	}
	return finish(ts, code, account, args)
}

func codeAndProgram(args []string) (code int, rest []string, err error) {
	if len(args) < 2 || args[1] != "blackbirdctl" {
		return 0, nil, errUsage
	}
	code, err = strconv.Atoi(args[0])
	return code, args[2:], err
}

func finish(ts *testscript.TestScript, code int, account *account, args []string) error {
	env := scriptEnvironment(ts)
	if code != 0 {
		env = forPerson(ts)
	}
	r, err := launch(ts.MkAbs("."), env, account, args...)
	if err != nil {
		return err
	}
	return tell(ts, r.outcome(), code)
}

// tell shows an outcome to the commands stdout and stderr, and checks it.
func tell(ts *testscript.TestScript, out outcome, code int) error { return show(ts, out).check(code) }

// show shows an outcome. The commands that it tells a person to run are real ones.
func show(ts *testscript.TestScript, out outcome) outcome {
	ts.Check(checkProse(out.stdout + out.stderr))
	fmt.Fprint(ts.Stdout(), out.stdout)
	fmt.Fprint(ts.Stderr(), out.stderr)
	return out
}

// serverFolder is where a server's socket lies, empty where it has none.
func serverFolder(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if host := u.Query().Get("host"); filepath.IsAbs(host) {
		return host
	}
	return ""
}

// cmdStart starts the program and goes on.
//
//	start NAME blackbirdctl ARGUMENT…
func cmdStart(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) < 2 || args[1] != "blackbirdctl" || s.running[args[0]] != nil {
		return errUsage
	}
	r, err := launch(ts.MkAbs("."), forPerson(ts), nil, args[2:]...)
	s.running[args[0]] = r
	return err
}

// cmdSignal sends a signal to a program that was started.
//
//	signal NAME TERM|INT|KILL
func cmdSignal(_ *testscript.TestScript, s *fixture, args []string) error {
	if len(args) != 2 || s.running[args[0]] == nil {
		return errUsage
	}
	signals := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL}
	signal, known := signals[args[1]]
	if !known {
		return errUsage
	}
	return s.running[args[0]].cmd.Process.Signal(signal)
}

// cmdEnds waits for the end of a program that was started, and requires its exit code.
//
//	ends NAME CODE
func cmdEnds(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) != 2 || s.running[args[0]] == nil {
		return errUsage
	}
	code, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	r := s.running[args[0]]
	delete(s.running, args[0])
	return tell(ts, r.outcome(), code)
}
