package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdTerminal is exitcode on a terminal: the program's stderr is one, and with --both its stdout too. What is left on
// the screen when it has ended goes to the script's stderr, and everything that was ever written to it to the file
// transcript. With --narrow it has 80 columns, else 120. With --answers its stdin is one too, at
// which somebody types the lines of a file.
//
//	terminal [--both] [--narrow] [--answers FILE] CODE blackbirdctl ARGUMENT…
func cmdTerminal(ts *testscript.TestScript, _ *fixture, args []string) error {
	on := terminalOf{columns: 120}
	for len(args) > 0 && strings.HasPrefix(args[0], "--") {
		switch args[0] {
		case "--both":
			on.stdout = true
		case "--narrow":
			on.columns = 80
		case "--answers":
			args = args[1:]
			on.typed = ts.ReadFile(args[0])
		}
		args = args[1:]
	}
	code, args, err := codeAndProgram(args)
	if err != nil {
		return err
	}
	env := append(scriptEnvironment(ts), "TERM="+ts.Getenv("TERM"))
	out, transcript, err := onTerminal(ts.MkAbs("."), env, args, on)
	if err != nil {
		return err
	}
	if err := os.WriteFile(ts.MkAbs("transcript"), transcript, 0o600); err != nil {
		return err
	}
	return tell(ts, out, code)
}

// terminalOf says what besides stderr is the terminal, and what is typed at it.
type terminalOf struct {
	stdout  bool
	columns uint16
	typed   string
}

// onTerminal runs the program to its end.
func onTerminal(dir string, env, args []string, on terminalOf) (out outcome, transcript []byte, err error) {
	keyboard, tty, err := pty.Open()
	if err != nil {
		return out, nil, err
	}
	defer keyboard.Close()
	if err := pty.Setsize(keyboard, &pty.Winsize{Rows: 24, Cols: on.columns}); err != nil {
		return out, nil, err
	}
	var stdout bytes.Buffer
	program := exec.Command(product(), args...)
	program.Dir, program.Env, program.Stdout, program.Stderr = dir, env, &stdout, tty
	if on.stdout {
		program.Stdout = tty
	}
	if on.typed != "" {
		program.Stdin = tty
		if _, err := keyboard.WriteString(on.typed); err != nil {
			return out, nil, err
		}
	}
	if err := program.Start(); err != nil {
		return out, nil, err
	}
	_ = tty.Close()
	transcript = drain(keyboard)
	_ = program.Wait()
	out = outcome{code: program.ProcessState.ExitCode(), stdout: stdout.String(), stderr: screenOf(string(transcript))}
	return out, transcript, nil
}

// drain reads what is written to a terminal until nobody has it open: then reading fails.
func drain(keyboard *os.File) []byte {
	var all bytes.Buffer
	_, _ = all.ReadFrom(keyboard)
	return all.Bytes()
}

var control = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]|\r|\n`)

// screenOf is what a terminal shows in the end of what was written to it. It knows no more than what the program
// writes: colours, carriage returns, and clearing the line or the rest of it.
func screenOf(written string) string {
	var shown strings.Builder
	var line []rune
	column := 0
	put := func(text string) {
		for _, r := range text {
			for len(line) <= column {
				line = append(line, ' ')
			}
			line[column] = r
			column++
		}
	}
	for written != "" {
		at := control.FindStringIndex(written)
		if at == nil {
			put(written)
			break
		}
		put(written[:at[0]])
		switch sequence := written[at[0]:at[1]]; {
		case sequence == "\r":
			column = 0
		case sequence == "\n":
			fmt.Fprintln(&shown, strings.TrimRight(string(line), " "))
			line = nil
		case sequence == "\x1b[2K":
			line = nil
		case strings.HasSuffix(sequence, "K"):
			line = line[:min(column, len(line))]
		}
		written = written[at[1]:]
	}
	return shown.String() + strings.TrimRight(string(line), " ")
}

func TestScreenOf(t *testing.T) {
	for written, want := range map[string]string{
		"":                                "",
		"a\r\nb\r\n":                      "a\nb\n",
		"\rbar 10%\x1b[0K\rbar 9%\x1b[0K": "bar 9%",
		"\rbar\x1b[2K\r\x1b[31mline\x1b[0m\r\n\rbar\x1b[0K\x1b[2K\r": "line\n",
		"bar\rlog\r\n":      "log\n",
		"long bar\rlog\r\n": "logg bar\n",
	} {
		if got := screenOf(written); got != want {
			t.Errorf("%q shows %q, want %q", written, got, want)
		}
	}
}
