package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
)

// running is the program at work.
type running struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	ended          chan struct{}
}

// outcome is what became of one run of the program.
type outcome struct {
	code           int
	stdout, stderr string
}

// launch starts the program with an environment of its own.
func launch(dir string, env []string, account *account, args ...string) (*running, error) {
	return launchProgram(product(), dir, env, account, args...)
}

// launchProgram starts one of the programs.
func launchProgram(program, dir string, env []string, account *account, args ...string) (*running, error) {
	r := &running{cmd: exec.Command(program, args...), ended: make(chan struct{})}
	r.cmd.Dir, r.cmd.Env, r.cmd.Stdout, r.cmd.Stderr = dir, env, &r.stdout, &r.stderr
	account.own(r.cmd)
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = r.cmd.Wait()
		close(r.ended)
	}()
	return r, nil
}

// over reports whether the program has ended.
func (r *running) over() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// kill ends the program as a power cut would. One that has ended already is no matter.
func (r *running) kill() error {
	if err := r.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-r.ended
	return nil
}

// outcome waits for the program's end. A run that a signal ended has the code that a shell would tell: 128 and the
// signal.
func (r *running) outcome() outcome {
	<-r.ended
	code := r.cmd.ProcessState.ExitCode()
	if code < 0 {
		code = signalled(r.cmd.ProcessState)
	}
	return outcome{code: code, stdout: r.stdout.String(), stderr: r.stderr.String()}
}

// check holds every run of the program, whatever it is for, against what the program promises of all of them.
func (o outcome) check(want int) error {
	if err := o.checkReport(want); err != nil {
		return err
	}
	if want != 0 && want != killed && o.stdout != "" {
		return errors.New("stdout holds something, and there was no result")
	}
	return nil
}

// checkReport is check for a command whose result is a report, which stands whatever the exit code.
func (o outcome) checkReport(want int) error {
	if leaks := leaks(o.stdout + o.stderr); len(leaks) > 0 {
		return fmt.Errorf("output holds what must not be seen: %q", leaks)
	}
	if o.code != want {
		return fmt.Errorf("exit code %d, want %d", o.code, want)
	}
	problems, hints := o.errors()
	switch {
	case want == 0 && problems+hints > 0:
		return errors.New("told an error, and yet ended well")
	case want == killed:
		return nil
	case want != 0 && problems != 1:
		return fmt.Errorf("%d lines that tell an error, want one", problems)
	case want != 0 && hints != 1:
		return fmt.Errorf("%d hints, want one", hints)
	}
	return nil
}

// errors returns how many errors of the run itself stderr has, and how many hints of them, whatever the log's form.
func (o outcome) errors() (problems, hints int) {
	for line := range strings.Lines(o.stderr) {
		switch {
		case strings.HasPrefix(line, "blackbirdctl: error: "):
			problems++
		case strings.HasPrefix(line, "hint: "):
			hints++
		case reported.MatchString(line):
			problems, hints = problems+1, hints+1
		}
	}
	return problems, hints
}

// reported is a line of a JSON log that reports the error which ended the run. Of many stores each reports its own too.
var reported = regexp.MustCompile(`^\{"level":"error",("store":"default",)?("stream":.*)?"exit_code":.*"hint":".+"`)

// secretMark is part of every password in the tests' URLs.
const secretMark = "secret-"

// personal finds what is a customer's: names, and mail addresses by their domains. Phones are spelled in too many ways
// for a list.
var (
	personal = regexp.MustCompile("(?i)" + strings.Join(quoted(slices.Concat(biotracktest.Names(),
		[]string{"@" + biotracktest.MailDomain, "@" + biotracktest.OtherMailDomain, secretMark})), "|"))
	phones = regexp.MustCompile(
		`(^|[^0-9])(1?[0-9]{3})?[^0-9]{0,2}` + biotracktest.PhoneExchange + `[^0-9]?01[0-9]{2}([^0-9]|$)`,
	)
)

func quoted(words []string) []string {
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	return words
}

// leaks returns what a text holds of passwords and of the sample customers' names, phones and addresses.
func leaks(text string) []string {
	found := append(personal.FindAllString(text, -1), phones.FindAllString(text, -1)...)
	slices.Sort(found)
	return slices.Compact(found)
}

// TestLeaks shows that the search which guards all other tests finds what it is for.
func TestLeaks(t *testing.T) {
	for _, text := range []string{
		"first_name=Zoëlle", "LARKSPURSON", "customer O'Fennigan", "ottoline.x1@MAIL.test", "call 212-555-0142 now",
		"(718) 555-0100",
		"2125550199", "+1 212 555 0111", "1-917-555-0123", "555-0123", "postgres://a:till-secret-1@b/c",
	} {
		if len(leaks(text)) == 0 {
			t.Errorf("no leak found in %q", text)
		}
	}
	for _, text := range []string{
		"system identifier 7585550123456789012", "read 555, inserted 123", "Blackbird Otter Sampleton",
	} {
		if found := leaks(text); len(found) > 0 {
			t.Errorf("leaks found in %q: %q", text, found)
		}
	}
}
