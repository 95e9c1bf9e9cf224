package cmd

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTemporaryFolders: what a killed process left of its temporary store is removed by the next one, and what one at
// work has is not.
func TestTemporaryFolders(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TMP", os.TempDir())
	abandoned := filepath.Join(os.TempDir(), "blackbirdctl-1")
	if err := os.Mkdir(abandoned, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(abandoned, "blackbird.db"), abandoned + ".lock"} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, removeFirst, err := temporaryFolder()
	if err != nil {
		t.Fatal(err)
	}
	second, removeSecond, err := temporaryFolder()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{first, second} {
		if _, err := os.Stat(folder); err != nil {
			t.Error(err)
		}
	}
	removeFirst()
	removeSecond()
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("%v were left: %v", left, err)
	}
}
