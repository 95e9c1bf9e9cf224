package cmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// A release build sets these with -ldflags "-X github.com/blackbirdctl/blackbirdctl/cmd.version=1.2.3". Without them,
// what Go recorded in the binary is used.
var version, commit, commitTime string

// build identifies this program.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	// CommitTime is the commit's time in RFC 3339.
	CommitTime string `json:"commit_time,omitempty"`
	// Modified reports whether the source differed from the commit.
	Modified  bool   `json:"modified"`
	GoVersion string `json:"go_version"`
	OS        string `json:"os"`
	Arch      string `json:"arch"`
}

func thisBuild() build {
	b := build{
		Version: version, Commit: commit, CommitTime: commitTime,
		GoVersion: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	b.Version = cmp.Or(b.Version, info.Main.Version, "unknown")
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = cmp.Or(b.Commit, s.Value)
		case "vcs.time":
			b.CommitTime = cmp.Or(b.CommitTime, s.Value)
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// String returns the build in one line.
func (b build) String() string {
	line := fmt.Sprintf("blackbirdctl %s %s %s/%s", b.Version, b.GoVersion, b.OS, b.Arch)
	source := slices.DeleteFunc([]string{b.Commit, b.CommitTime}, func(part string) bool { return part == "" })
	if b.Modified {
		source = append(source, "modified")
	}
	if len(source) > 0 {
		line += " (" + strings.Join(source, ", ") + ")"
	}
	return line
}

func (a *app) version() *cobra.Command {
	return command("version", "Print the version, and what it was built from", `  # support: what to report
  blackbirdctl version
  blackbirdctl version --output json`, cobra.NoArgs,
		func(context.Context, []string) error {
			b := thisBuild()
			return a.print(b, func(out io.Writer) { fmt.Fprintln(out, b) })
		})
}
