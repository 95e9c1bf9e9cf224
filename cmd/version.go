package cmd

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// What a release build says of itself, as in -ldflags "-X github.com/blackbirdctl/blackbirdctl/cmd.version=1.2.3". What it does not say is
// taken from what Go noted, where that was asked to.
var version, commit, commitTime string

// build is which program this is.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	// CommitTime is when the commit was made, in RFC 3339.
	CommitTime string `json:"commit_time,omitempty"`
	// Modified says that the source was not as the commit has it.
	Modified  bool   `json:"modified"`
	GoVersion string `json:"go_version"`
	OS        string `json:"os"`
	Arch      string `json:"arch"`
}

func thisBuild() build {
	b := build{Version: version, Commit: commit, CommitTime: commitTime, GoVersion: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		b.Version = cmp.Or(b.Version, "unknown")
		return b
	}
	b.Version = cmp.Or(b.Version, info.Main.Version)
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

// String is the build in one line.
func (b build) String() string {
	line := fmt.Sprintf("blackbirdctl %s %s %s/%s", b.Version, b.GoVersion, b.OS, b.Arch)
	var source []string
	for _, part := range []string{b.Commit, b.CommitTime} {
		if part != "" {
			source = append(source, part)
		}
	}
	if b.Modified {
		source = append(source, "modified")
	}
	if len(source) > 0 {
		line += " (" + strings.Join(source, ", ") + ")"
	}
	return line
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print which version this is, and what it was built from",
		Example: versionExample,
		Args:    args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			return a.print(b, func(out io.Writer) { fmt.Fprintln(out, b) })
		},
	}
}
