package cmd_test

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	stdsync "sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestScripts runs the scripts of testdata/script, each against a store in PostgreSQL, an embedded one, and one on
// Citus where a cluster is named. A script has a till, a store and a state folder of its own, which BIOTRACK_URL,
// BLACKBIRD_URL and BLACKBIRDCTL_STATE_DIR name; setUp lists what else it is told, and scriptCommands the commands
// beyond testscript's own.
func TestScripts(t *testing.T) {
	for _, kind := range shop.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			work := filepath.Join(bench, "work-"+string(kind))
			if err := os.Mkdir(work, 0o755); err != nil {
				t.Fatal(err)
			}
			testscript.Run(t, testscript.Params{
				Dir:                filepath.Join("..", "testdata", "script"),
				WorkdirRoot:        work,
				RequireUniqueNames: true,
				Setup:              func(env *testscript.Env) error { return setUp(env, kind) },
				Cmds:               scriptCommands(),
				Condition:          func(cond string) (bool, error) { return condition(cond, kind) },
			})
		})
	}
}

// shopKey is where a script's environment keeps its shop.
type shopKey struct{}

func shopOf(ts *testscript.TestScript) *fixture { return ts.Value(shopKey{}).(*fixture) }

// setUp gives a script its shop, and names besides: STATE the state folder, STORE_URL the store as store copy names it,
// README the README, DATABASE the till's and STORE_DATABASE the store's database, READER the role that the program
// reads the till as, and STRANGER_URL the store as that role, which has no rights there.
func setUp(env *testscript.Env, kind shop.Kind) error {
	s := newShop(env.T().(testing.TB), kind, env.WorkDir)
	env.Values[shopKey{}] = s
	env.Vars = append(env.Vars, s.variables()...)
	readme, err := filepath.Abs("../README.md")
	if err != nil {
		return err
	}
	env.Setenv("README", readme)
	env.Setenv("STATE", s.store.Folder)
	// A developer's own config file must not count.
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("STORE_URL", cmp.Or(s.store.URL, "sqlite:"+s.store.Folder))
	env.Setenv("READER", reader)
	env.Setenv("DATABASE", databaseName(s.till.URL))
	if kind != shop.SQLite {
		env.Setenv("STORE_DATABASE", databaseName(s.store.URL))
		env.Setenv("STRANGER_URL", mustUser(s.tb, s.store.URL, reader, readerPassword))
		if err := s.inStore(makeStranger); err != nil {
			return err
		}
	}
	env.Setenv("PATH", filepath.Dir(product())+string(os.PathListSeparator)+env.Getenv("PATH"))
	env.Defer(func() {
		if err := s.checkWritten(); err != nil {
			s.tb.Error(err)
		}
	})
	return nil
}

// makeStranger makes the reader's role known to the store's server too, which may be another than the till's.
func makeStranger(db *sql.DB) error {
	_, err := db.Exec(
		`DO $$ BEGIN CREATE ROLE ` + reader + ` LOGIN;
			EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
	)
	return err
}

// checkWritten looks for personal data where the program writes down what went wrong.
func (s *fixture) checkWritten() error {
	err := s.inStore(func(db *sql.DB) error {
		rows, err := texts(db, `SELECT COALESCE(message, '') FROM passes UNION ALL SELECT detail FROM rejects`)
		if found := leaks(strings.Join(rows, "\n")); len(found) > 0 {
			return fmt.Errorf("passes and rejects hold what must not be seen: %q", found)
		}
		if isNoTable(err) {
			return nil
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) || unreachable(err) {
		return nil
	}
	return err
}

// condition says what a script may ask: the kind of its store, and whether a file system can be mounted here. Citus is
// PostgreSQL, too; its tables are there from the start.
func condition(cond string, kind shop.Kind) (bool, error) {
	switch cond {
	case "postgres":
		return kind != shop.SQLite, nil
	case "citus":
		return kind == shop.Citus, nil
	case "sqlite":
		return kind == shop.SQLite, nil
	case "mount":
		return canMount(), nil
	}
	return false, fmt.Errorf("unknown condition %q", cond)
}

// scriptEnvironment are the variables that reach the program from a script: those of a process, those that
// docs/reference.md lists, and one for each option, since the program refuses it where it has none.
func scriptEnvironment(ts *testscript.TestScript) []string {
	names := []string{"PATH", "HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "NO_COLOR"}
	for _, found := range optionOrVariable.FindAllStringSubmatch(referenceText(), -1) {
		option, variable := found[1], found[2]
		if variable == "" {
			variable = "BLACKBIRDCTL_" + strings.ToUpper(strings.ReplaceAll(option, "-", "_"))
		}
		names = append(names, variable)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var env []string
	for _, name := range names {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// optionOrVariable finds the options and the variables in docs/reference.md.
var optionOrVariable = regexp.MustCompile("`--([a-z-]+)[ `]|`([A-Z_]+)`")

// referenceText is docs/reference.md, which TestReference holds against the program.
var referenceText = stdsync.OnceValue(func() string {
	text, err := os.ReadFile(filepath.Join("..", "docs", "reference.md"))
	if err != nil {
		panic(err)
	}
	return string(text)
})

// scriptCommand is a command of ours: its arguments, and the error that fails the script.
type scriptCommand func(ts *testscript.TestScript, s *fixture, args []string) error

// scriptCommands are the commands that scripts know beyond testscript's own.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	commands := make(map[string]func(*testscript.TestScript, bool, []string))
	for name, command := range map[string]scriptCommand{
		// The program: to its end, with an exit code, or beside the script.
		"blackbirdctl": cmdProgram,
		"exitcode":     cmdExitCode,
		"reports":      cmdReports,
		"start":        cmdStart,
		"signal":       cmdSignal,
		"ends":         cmdEnds,
		"unprivileged": cmdUnprivileged,
		"terminal":     cmdTerminal,
		// Both ends of it.
		"biotrack": cmdBioTrack,
		"refused":  cmdRefused,
		"store":    cmdStore,
		// What must be so.
		"oracle":     cmdOracle,
		"remember":   cmdRemember,
		"unchanged":  cmdUnchanged,
		"samecounts": cmdSameCounts,
		// Who is told of passes.
		"web":     cmdWeb,
		"metrics": cmdMetrics,
		// What befalls its files.
		"forge":     cmdForge,
		"damage":    cmdDamage,
		"flock":     cmdFlock,
		"smalldir":  cmdSmallDir,
		"filldir":   cmdFillDir,
		"writeurls": cmdWriteURLs,
		"appears":   cmdAppears,
	} {
		commands[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg {
				ts.Fatalf("%s takes no !: say what must be with another command", name)
			}
			ts.Check(command(ts, shopOf(ts), args))
		}
	}
	return commands
}

var errUsage = errors.New("wrong arguments; see the command's comment")
