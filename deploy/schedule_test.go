package deploy_test

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cronLines are the commands of a crontab.
func cronLines(t *testing.T, path string) (lines []string) {
	t.Helper()
	schedule := regexp.MustCompile(`(?m)^\S+ +\S+ +\S+ +\S+ +\S+ +blackbirdctl  (.*)$`)
	for _, found := range schedule.FindAllStringSubmatch(fileText(t, path), -1) {
		lines = append(lines, found[1])
	}
	if len(lines) != 6 {
		t.Errorf("commands are %q", lines)
	}
	return lines
}

func TestCron(t *testing.T) {
	calls := regexp.MustCompile(`; (blackbirdctl [^>]*)>`)
	for _, line := range cronLines(t, "cron/blackbirdctl.cron") {
		call := calls.FindStringSubmatch(line)
		if call == nil {
			t.Errorf("no command: %s", line)
			continue
		}
		checkCommand(t, call[1])
	}
}

func TestCronEnvironment(t *testing.T) {
	known := variables(t)
	for line := range strings.Lines(fileText(t, "cron/blackbirdctl.env")) {
		name, value, set := strings.Cut(strings.TrimPrefix(line, "# "), "=")
		if set && !strings.Contains(name+value, " ") && !known[name] {
			t.Errorf("the program does not read %s", name)
		}
	}
}

func TestSystemd(t *testing.T) {
	services, err := filepath.Glob("systemd/blackbirdctl-*.service")
	if err != nil || len(services) != 5 {
		t.Fatalf("services are %q: %v", services, err)
	}
	shared := fileText(t, "systemd/blackbirdctl-.service.d/10-all.conf")
	for _, line := range []string{
		fmt.Sprintf("SuccessExitStatus=%d", exitLocked), "OnFailure=failed-blackbirdctl@%n.service", "MemoryMax=128M",
	} {
		if !strings.Contains(shared, "\n"+line+"\n") {
			t.Errorf("the services share no %s", line)
		}
	}
	for _, path := range services {
		_, call, found := strings.Cut(fileText(t, path), "\nExecStart=")
		if !found {
			t.Errorf("%s has no command", path)
		}
		call, _, _ = strings.Cut(call, "\n")
		checkCommand(t, call)
		timer := strings.TrimSuffix(path, ".service") + ".timer"
		if !strings.Contains(fileText(t, timer), "\nOnCalendar=") {
			t.Errorf("%s has no schedule", timer)
		}
	}
}

// TestDesktops: the tasks of Windows and the agents of macOS call the program as it can be called.
func TestDesktops(t *testing.T) {
	tasks := regexp.MustCompile(`(?m)^Register '\w+' '(.+)' \$\w+$`).
		FindAllStringSubmatch(fileText(t, "windows/schedule.ps1"), -1)
	if len(tasks) != 3 {
		t.Errorf("tasks are %q", tasks)
	}
	for _, task := range tasks {
		checkCommand(t, "blackbirdctl "+task[1])
	}
	agents, err := filepath.Glob("launchd/*.plist")
	if err != nil || len(agents) != 3 {
		t.Fatalf("agents are %q: %v", agents, err)
	}
	for _, path := range agents {
		text := fileText(t, path)
		if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		call := regexp.MustCompile(`exec (blackbirdctl .*) &gt;&gt;`).FindStringSubmatch(text)
		if label := strings.TrimSuffix(filepath.Base(path), ".plist"); call == nil ||
			!strings.Contains(text, "<string>"+label+"</string>") {
			t.Fatalf("%s has no command, or another label", path)
		}
		checkCommand(t, call[1])
	}
}
