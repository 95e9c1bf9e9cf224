package deploy_test

import (
	"encoding/json"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVersionOfRelease: the program in an image needs nothing around it, and says what it was stamped with.
func TestVersionOfRelease(t *testing.T) {
	t.Parallel()
	image, fetched := buildImage(t, map[string]string{
		"TARGETOS": runtime.GOOS, "TARGETARCH": runtime.GOARCH, "TARGETVARIANT": "",
		"VERSION": "1.2.3", "COMMIT": "0123abc", "COMMIT_TIME": "2026-01-31T08:00:00Z",
	})
	checkStatic(t, image)
	checkModules(t, image, fetched)
	for format, check := range map[string]func([]byte){
		"text": func(out []byte) {
			if line := string(out); !strings.HasPrefix(line, "blackbirdctl 1.2.3 go1.") ||
				!strings.HasSuffix(line, " (0123abc, 2026-01-31T08:00:00Z)\n") {
				t.Errorf("version is %q", line)
			}
		},
		"json": func(out []byte) {
			var got struct {
				Version, Commit string
				CommitTime      string `json:"commit_time"`
			}
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"1.2.3", "0123abc", "2026-01-31T08:00:00Z"},
				[]string{got.Version, got.Commit, got.CommitTime}); diff != "" {
				t.Errorf("version (-want +got):\n%s", diff)
			}
		},
	} {
		out, err := exec.Command(image, "version", "--output", format).Output()
		if err != nil {
			t.Fatal(err)
		}
		check(out)
	}
}
