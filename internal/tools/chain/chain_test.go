package main

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == lab.GaugeCommand {
		main()
	}
	os.Exit(m.Run())
}

func TestParseRefuses(t *testing.T) {
	for _, args := range [][]string{{"--shops", "0"}, {"--parallel", "0"}, {"--shops", "many"}, {"more"}} {
		var problems bytes.Buffer
		if code := program.Start(t.Context(), args, io.Discard, &problems); code != lab.Usage || problems.Len() == 0 {
			t.Errorf("%v: exit code %d, stderr %q", args, code, &problems)
		}
	}
}
