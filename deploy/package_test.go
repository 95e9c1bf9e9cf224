package deploy_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // registers the format
	"github.com/goreleaser/nfpm/v2/files"
	"go.yaml.in/yaml/v3"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// needs skips a test on a machine that lacks a program. Installing is root's.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil || os.Getuid() != 0 {
			t.Skipf("%s is not here, or not run by root: %v", name, err)
		}
	}
}

// shell runs a command line at the top of the repository.
func shell(t *testing.T, line string, env ...string) string {
	t.Helper()
	c := exec.Command("sh", "-ec", line)
	c.Dir, c.Env = "..", append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return string(out)
}

// madeFiles is what `make files` installs for a package, below usr.
func madeFiles(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	shell(t, fmt.Sprintf("make files MAN=%s DESTDIR=%[1]s/root PREFIX=/usr", folder))
	return filepath.Join(folder, "root")
}

// buildDeb builds the package for Debian as the release does: what goes into it stands in .goreleaser.yaml.
func buildDeb(t *testing.T) string {
	t.Helper()
	var release struct {
		Nfpms []struct {
			nfpm.Overridables `yaml:",inline"`
			PackageName       string `yaml:"package_name"`
			Bindir            string
			Formats           []string
			Maintainer        string
			Description       string
			License           string
		}
	}
	if err := yaml.Unmarshal([]byte(fileText(t, "../.goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	p := release.Nfpms[0]
	if !slices.Equal(p.Formats, []string{"deb", "rpm", "apk"}) {
		t.Errorf("packages are %q", p.Formats)
	}
	made := madeFiles(t)
	for _, c := range p.Contents {
		if below, found := strings.CutPrefix(c.Source, "bin/files"); found {
			c.Source = made + below
		} else {
			c.Source = filepath.Join("..", c.Source)
		}
	}
	p.Contents = append(p.Contents, &files.Content{Source: program, Destination: p.Bindir + "/blackbirdctl"})
	p.Scripts.PostInstall = filepath.Join("..", p.Scripts.PostInstall)
	p.Scripts.PreRemove = filepath.Join("..", p.Scripts.PreRemove)
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: p.PackageName, Arch: runtime.GOARCH, Version: "1.2.3", Maintainer: p.Maintainer,
		Description: p.Description, License: p.License, Overridables: p.Overridables,
	})
	path := filepath.Join(t.TempDir(), "blackbirdctl.deb")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packager, err := nfpm.Get("deb")
	if err == nil {
		err = packager.Package(info, file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDeb: the package is installed into a root of its own, its program and its schedules work there, and removing it
// leaves settings and state.
func TestDeb(t *testing.T) {
	needs(t, "dpkg", "systemd-sysusers", "systemd-tmpfiles", "systemd-analyze")
	root, deb := t.TempDir(), buildDeb(t)
	database := filepath.Join(root, "var/lib/dpkg")
	for _, folder := range []string{"info", "updates", "triggers"} {
		if err := os.MkdirAll(filepath.Join(database, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(database, "status"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dpkg := "dpkg --root=" + root + " --force-script-chrootless --force-not-root --log=/dev/null "
	shell(t, dpkg+"--install "+deb)
	checkInstalled(t, root, "/usr")
	checkCron(t, root)
	if page := shell(t, "ls "+root+"/usr/share/man/man1/blackbirdctl-sync-orders.1 "+
		root+"/usr/share/bash-completion/completions/blackbirdctl"); page == "" {
		t.Error("no manual")
	}
	shell(t, "systemctl --root="+root+" enable blackbirdctl-orders.timer")
	shell(t, dpkg+"--remove blackbirdctl")
	for path, stays := range map[string]bool{
		"usr/bin/blackbirdctl": false, "usr/lib/systemd/system/blackbirdctl-orders.timer": false,
		"etc/systemd/system/timers.target.wants/blackbirdctl-orders.timer": false,
		"etc/blackbirdctl/blackbirdctl.env":                                true, "var/lib/blackbirdctl/main": true,
	} {
		if _, err := os.Lstat(filepath.Join(root, path)); (err == nil) != stays {
			t.Errorf("removed, %s: %v", path, err)
		}
	}
}

// TestInstallByHand: the guide's five lines for a release that is unpacked.
func TestInstallByHand(t *testing.T) {
	needs(t, "systemd-sysusers", "systemd-tmpfiles", "systemd-analyze")
	_, block, found := strings.Cut(fileText(t, "../docs/operating.md"), "```\nsudo install -m 0755 ./blackbirdctl ")
	block, _, _ = strings.Cut("install -m 0755 ./blackbirdctl "+block, "\n```")
	if lines := strings.Count(block, "\n") + 1; !found || lines != 5 {
		t.Fatalf("the guide installs by %d lines:\n%s", lines, block)
	}
	root := t.TempDir()
	shell(t, fmt.Sprintf("mkdir -p %s/usr/local/bin %[1]s/etc/systemd/system", root))
	lines := strings.NewReplacer("sudo ", "", "755 ./blackbirdctl", "755 "+program,
		" /usr/local", " "+root+"/usr/local", " /etc", " "+root+"/etc",
		"systemd-sysusers", "systemd-sysusers --root="+root,
		"systemd-tmpfiles", "systemd-tmpfiles --root="+root).Replace(block)
	if strings.Count(lines, " /") != strings.Count(lines, " "+root)+1 {
		t.Fatalf("the lines would write outside of %s:\n%s", root, lines)
	}
	shell(t, lines)
	checkInstalled(t, root, "/usr/local")
}

// TestMakeInstall: the targets put the same files below a PREFIX.
func TestMakeInstall(t *testing.T) {
	needs(t, "systemd-sysusers", "systemd-tmpfiles", "systemd-analyze")
	folder := t.TempDir()
	root := filepath.Join(folder, "root")
	shell(t, fmt.Sprintf("make install MAN=%s DESTDIR=%s PREFIX=/usr/local", folder, root))
	shell(t, fmt.Sprintf("systemd-sysusers --root=%s/ && systemd-tmpfiles --root=%[1]s/ --create", root))
	checkInstalled(t, root, "/usr/local")
}

// TestMakeInstallBelowPrefix: nothing is written outside of a PREFIX of one's own.
func TestMakeInstallBelowPrefix(t *testing.T) {
	planned := shell(t, "make -n install PREFIX=/opt/own")
	if !strings.Contains(planned, "/opt/own/etc/blackbirdctl/blackbirdctl.env") || strings.Contains(planned, " /etc/") {
		t.Errorf("make install PREFIX=/opt/own would run\n%s", planned)
	}
}

// checkInstalled checks that the program runs, and that the units that call it find their user and their folders and
// are confined.
func checkInstalled(t *testing.T, root, prefix string) {
	t.Helper()
	if version := shell(t, root+prefix+"/bin/blackbirdctl version"); !strings.HasPrefix(version, "blackbirdctl ") {
		t.Errorf("version is %q", version)
	}
	if passwd := fileText(t, root+"/etc/passwd"); !strings.HasPrefix(passwd, "blackbirdctl:") {
		t.Errorf("users are %q", passwd)
	}
	owners := shell(t, "cd "+root+" && stat -c '%n %a %u %g' etc/blackbirdctl etc/blackbirdctl/blackbirdctl.env "+
		"var/lib/blackbirdctl var/log/blackbirdctl")
	id := strings.Split(fileText(t, root+"/etc/passwd"), ":")[2]
	want := fmt.Sprintf("etc/blackbirdctl 750 0 %s\netc/blackbirdctl/blackbirdctl.env 640 0 %[1]s\n"+
		"var/lib/blackbirdctl 700 %[1]s %[1]s\nvar/log/blackbirdctl 750 %[1]s %[1]s\n", id)
	if owners != want {
		t.Errorf("rights are\n%swant\n%s", owners, want)
	}
	// The exposure is in tenths, 10 the worst.
	for _, stream := range []string{"products", "customers", "orders", "points", "verify"} {
		unit := "blackbirdctl-" + stream + ".service"
		shell(t, "systemd-analyze security --offline=yes --threshold=11 --root="+root+" "+unit)
	}
}

// checkCron runs the commands of the crontab that is installed in a root, with its environment, for a till.
func checkCron(t *testing.T, root string) {
	t.Helper()
	till := shop.FilledTill(t, biotracktest.Options{Seed: 3, Customers: 10, Tickets: 20, Products: 10, NoSales: true})
	settings := fmt.Sprintf("store: main\nbiotrack_url: '%s'\nmember_level: 1\n", till.URL)
	if err := os.WriteFile(root+"/etc/blackbirdctl/config.yaml", []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	moved := strings.NewReplacer("/etc/blackbirdctl", root+"/etc/blackbirdctl", "/var/l", root+"/var/l")
	environment := root + "/etc/blackbirdctl/blackbirdctl.env"
	text := moved.Replace(fileText(t, environment)) + "BLACKBIRDCTL_CONFIG=" + root + "/etc/blackbirdctl/config.yaml\n"
	if err := os.WriteFile(environment, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range cronLines(t, root+"/usr/share/doc/blackbirdctl/blackbirdctl.cron") {
		// What a line prints, cron mails.
		if out := shell(t, moved.Replace(line), "PATH="+root+"/usr/bin:/usr/bin:/bin"); out != "" {
			t.Errorf("%s:\n%s", line, out)
		}
	}
}
