package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestManPages checks that `make man` writes a page for each command, with the exit codes of the help.
func TestManPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man")
	program := exec.Command("go", "run", "github.com/blackbirdctl/blackbirdctl/internal/tools/man", "--dir", dir)
	if out, err := program.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for page, parts := range map[string][]string{
		"blackbirdctl.1": {
			"75  another pass holds the lock: try later\n", "stopped by SIGTERM", "blackbirdctl-sync(1)",
			"~/.local/state/blackbirdctl",
		},
		"blackbirdctl-sync-orders.1": {"--max-removals", "10 */3 * * *", "--statement-timeout"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, page))
		if err != nil {
			t.Fatal(err)
		}
		// A page escapes what its language would take for a command.
		plain := strings.NewReplacer(`\-`, "-", `\&`, "", `\fB`, "", `\fP`, "").Replace(string(text))
		for _, part := range parts {
			if !strings.Contains(plain, part) {
				t.Errorf("%s lacks %q:\n%s", page, part, plain)
			}
		}
	}
}
