package pgtest

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// account is the user that the server runs as; nil is the user who runs the tests.
type account struct {
	uid, gid uint32
}

// serverAccount chooses the user: PostgreSQL refuses to run as root, so root (a container, usually) lends it another.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("read the id of user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("read the group of user %s: %w", name, err)
		}
		return &account{uid: uint32(uid), gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("find a user for the server: PostgreSQL does not run as root and neither postgres nor " +
		"nobody exists")
}

// own hands a folder to the account.
func (a *account) own(dir string) error {
	if a == nil {
		return nil
	}
	return os.Chown(dir, int(a.uid), int(a.gid))
}

// reaches reports whether the account may enter a folder and all those above it. Only the bits for others are looked
// at: saying no too often costs a copy, saying yes wrongly costs the server.
func (a *account) reaches(dir string) bool {
	if a == nil {
		return true
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	for {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&0o005 != 0o005 {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}

// readableBinDir returns bindir, or where the account cannot reach that (a cache below root's home), a copy of the
// whole installation inside dir: the binaries find their libraries and their share folder relative to themselves.
func (a *account) readableBinDir(bindir, dir string) (string, error) {
	if a.reaches(bindir) {
		return bindir, nil
	}
	install := filepath.Join(dir, "install")
	if err := os.CopyFS(install, os.DirFS(filepath.Dir(bindir))); err != nil {
		return "", fmt.Errorf("copy the server to where user %d can read it: %w", a.uid, err)
	}
	err := filepath.WalkDir(install, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(a.uid), int(a.gid))
	})
	if err != nil {
		return "", fmt.Errorf("hand over the copy of the server: %w", err)
	}
	return filepath.Join(install, filepath.Base(bindir)), nil
}
