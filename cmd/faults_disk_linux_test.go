package cmd_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// smallDisk mounts a file system of some kilobytes, where the tests may.
func smallDisk(t *testing.T, folder string, kilobytes int) {
	t.Helper()
	size := fmt.Sprintf("size=%dk,mode=0777", kilobytes)
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder).CombinedOutput(); err != nil {
		if !mayMount(string(out)) {
			t.Skip(

				"to mount a file system takes rights that this run does not have: root with CAP_SYS_ADMIN has them",
			)
		}
		t.Fatalf("mount: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", folder).CombinedOutput(); err != nil {
			t.Errorf("unmount: %v %s", err, out)
		}
	})
}

// mayMount tells, by what mount has said, whether it was refused for want of rights.
func mayMount(said string) bool {
	return !strings.Contains(said, "permission denied") && !strings.Contains(said, "must be superuser") &&
		!strings.Contains(said, "Operation not permitted")
}

// resize makes a small disk another size.
func resize(t *testing.T, folder string, kilobytes int) {
	t.Helper()
	size := fmt.Sprintf("remount,size=%dk", kilobytes)
	if out, err := exec.Command("mount", "-o", size, folder).CombinedOutput(); err != nil {
		t.Fatalf("remount: %v %s", err, out)
	}
}

// used is how many kilobytes a disk holds.
func used(t *testing.T, folder string) int {
	t.Helper()
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		t.Fatal(err)
	}
	return int((stat.Blocks - stat.Bfree) * uint64(stat.Bsize) >> 10)
}

const largeDisk = 200_000

// runFull makes a pass of each stream on a disk that runs full: at least one fails, each that does with one of the
// codes.
func (s *fixture) runFull(t *testing.T, codes ...int) {
	t.Helper()
	failed := 0
	for _, c := range crashCommands() {
		out := s.start(c.args...).outcome()
		want := out.code
		if want != 0 {
			failed++
			if !slices.Contains(codes, want) {
				want = codes[0]
			}
		}
		if err := out.check(want); err != nil {
			t.Errorf("%q: %v\n%s", c.args, err, out.stderr)
		}
	}
	if failed == 0 {
		t.Error("the disk did not run full")
	}
}

// TestFullDisk lets the disk of the state folder, with the embedded store on it, run full in the middle of passes, and
// then grow.
func TestFullDisk(t *testing.T) {
	s := newShop(t, shop.SQLite, t.TempDir())
	s.generate(
		biotracktest.Options{Seed: 13, Customers: 300, Tickets: 3000, Products: 60, NoSales: true, BadRows: true},
	)
	s.store.Folder = t.TempDir()
	smallDisk(t, s.store.Folder, 900)
	s.runFull(t, unavailable, 73)
	resize(t, s.store.Folder, largeDisk)
	s.all(t)
}

// TestFullStore lets the disk of a PostgreSQL store run full in the middle of passes, and then grow.
func TestFullStore(t *testing.T) {
	server, s := ownServer(t)
	folder := filepath.Join(server.Dir(), "small")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	smallDisk(t, folder, largeDisk)
	if err := server.Own(folder); err != nil {
		t.Fatal(err)
	}
	err := with("postgres", server.URL("postgres"), func(db *sql.DB) error {
		_, err := db.Exec(`CREATE TABLESPACE small LOCATION '` + folder + `'`)
		if err == nil {
			_, err = db.Exec(`CREATE DATABASE small TABLESPACE small`)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.store.URL = server.URL("small")
	s.run(0, "migrate")
	resize(t, folder, used(t, folder)+100)
	s.runFull(t, unavailable)
	resize(t, folder, largeDisk)
	s.all(t)
}

// TestFullStateFolder lets the disk of the state folder run full, with the store elsewhere: a pass that could not end
// does not begin.
func TestFullStateFolder(t *testing.T) {
	s := newShop(t, shop.PostgreSQL, t.TempDir())
	s.generate(biotracktest.Options{Seed: 13, Customers: 100, Tickets: 300, Products: 40, NoSales: true})
	s.store.Folder = t.TempDir()
	smallDisk(t, s.store.Folder, 64)
	filler := filepath.Join(s.store.Folder, "filler")
	if err := fillDisk(filler); err != nil {
		t.Fatal(err)
	}
	for _, c := range crashCommands() {
		s.run(73, c.args...)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	s.all(t)
}

// fillDisk writes until nothing more fits.
func fillDisk(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if _, err := f.Write(make([]byte, 512)); err != nil {
			return f.Close()
		}
	}
	return errors.Join(errors.New("the disk does not run full"), f.Close())
}
