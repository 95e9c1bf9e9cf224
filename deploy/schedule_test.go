package deploy_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestCron(t *testing.T) {
	calls := regexp.MustCompile(`; (blackbirdctl [^>]*)>`)
	var streams []string
	for line := range strings.Lines(fileText(t, "cron/blackbirdctl.cron")) {
		if strings.HasPrefix(line, "#") || !strings.Contains(line, "blackbirdctl  ") {
			continue
		}
		call := calls.FindStringSubmatch(line)
		if call == nil || len(strings.Fields(line)) < 8 {
			t.Errorf("no command: %s", line)
			continue
		}
		checkCommand(t, call[1])
		streams = append(streams, call[1])
	}
	if len(streams) != 6 {
		t.Errorf("commands are %q", streams)
	}
}

func TestCronEnvironment(t *testing.T) {
	known := variables(t)
	for line := range strings.Lines(fileText(t, "cron/blackbirdctl.env")) {
		if name, _, set := strings.Cut(line, "="); set && !strings.HasPrefix(line, "#") && !known[name] {
			t.Errorf("the program does not read %s", name)
		}
	}
}

func TestSystemd(t *testing.T) {
	services, err := filepath.Glob("systemd/*.service")
	if err != nil || len(services) == 0 {
		t.Fatalf("no services: %v", err)
	}
	for _, path := range services {
		text := fileText(t, path)
		_, call, found := strings.Cut(text, "\nExecStart=/usr/local/bin/")
		if !found || !strings.Contains(text, fmt.Sprintf("\nSuccessExitStatus=%d\n", exitLocked)) {
			t.Errorf("%s has no command, or counts a held lock as a failure", path)
		}
		call, _, _ = strings.Cut(call, "\n")
		checkCommand(t, call)
		timer := strings.TrimSuffix(path, ".service") + ".timer"
		if !strings.Contains(fileText(t, timer), "\nOnCalendar=") {
			t.Errorf("%s has no schedule", timer)
		}
	}
}
