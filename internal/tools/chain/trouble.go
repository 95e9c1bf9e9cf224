package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// troubled is the command that is killed, and that meets shops in trouble.
var troubled = []string{"sync", "products"}

// trouble kills a run when it is through with half of the shops, and runs it again: the shops that are left come first.
// Three more are in the config file, whose trouble stops no other: a till that is down, one that accepts a connection
// and never answers, and a store that is configured wrongly. It returns what happened, as a sentence.
func (c *chain) trouble() string {
	folder := filepath.Join(c.dir, "silent")
	c.Check(os.Mkdir(folder, 0o700))
	silent, err := net.Listen("unix", filepath.Join(folder, socket))
	c.Check(err)
	c.Cleanup(func() { c.Note(silent.Close()) })
	c.writeConfig(c.store.URL(storeDB), map[string]storeConfig{
		"down":   {BiotrackURL: "postgres://reader@127.0.0.1:1/till?sslmode=disable"},
		"silent": {BiotrackURL: "postgres://reader@/till?sslmode=disable&host=" + folder},
		"wrong":  {BiotrackURL: c.readURL(c.shops[0]), Locations: []string{"kitchen"}},
	})
	killed := c.killHalfway()
	began := time.Now()
	var stderr bytes.Buffer
	command := c.forAll(troubled)
	cmd := lab.Process(c.Context(), command.Argv)
	cmd.Env, cmd.Dir, cmd.Stderr = command.Env, command.Dir, &stderr
	err = cmd.Run()
	took := time.Since(began)
	want := fmt.Sprintf("3 of %d stores failed: 1 with exit code 78 (wrong), 2 with exit code 69 (down, silent)",
		len(c.shops)+3)
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 78 || !strings.Contains(stderr.String(), want) {
		c.Fatalf("a run with shops in trouble: %v, want exit code 78 and %s\n%s", err, want, &stderr)
	}
	late := lab.Ask[int](c.T, "postgres", c.store.URL(storeDB), fmt.Sprintf(lateQuery, killed.Format(time.RFC3339Nano),
		began.Format(time.RFC3339Nano)))
	// Some shops were through but had not been noted as such, and as many begin side by side.
	if late > 2*c.parallel {
		c.Fatalf("%d shops that the killed run was through with came before the last of those that were left", late)
	}
	return fmt.Sprintf("A run of products was killed when it was through with half of the shops. The next one "+
		"took the shops that were left first; with three more in trouble it took %.1f s and reported: %s.",
		took.Seconds(), want)
}

// killHalfway kills a run when half of the shops have been synced, and returns when it began.
func (c *chain) killHalfway() (began time.Time) {
	command := c.forAll(troubled)
	cmd := lab.Process(c.Context(), command.Argv)
	cmd.Env, cmd.Dir = command.Env, command.Dir
	began = time.Now()
	c.Check(cmd.Start())
	query := fmt.Sprintf("SELECT count(*) FROM passes WHERE status = 'done' AND started_at >= '%s'",
		began.Format(time.RFC3339Nano))
	for lab.Ask[int](c.T, "postgres", c.store.URL(storeDB), query) < len(c.shops)/2 {
		c.Check(c.Context().Err())
		time.Sleep(10 * time.Millisecond)
	}
	c.Check(cmd.Process.Kill())
	_ = cmd.Wait()
	return began
}
