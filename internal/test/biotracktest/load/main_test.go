package main

import (
	"os"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestLoadAndTrade(t *testing.T) {
	url := pgtest.SourceDatabase(t)
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"--layout", "audited", "--tickets", "300", "--customers", "60", "--products", "60", "--bad"},
			"tickets ("},
		{[]string{"--day", "1", "--scale", "0.1"}, "4 sales"},
	} {
		var out strings.Builder
		if err := run(t.Context(), append([]string{"--url", url}, step.args...), &out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), step.want) {
			t.Errorf("%v printed %q, want %q in it", step.args, out.String(), step.want)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Setenv("BIOTRACK_URL", "")
	if err := run(t.Context(), nil, nil); err == nil || !strings.Contains(err.Error(), "--url") {
		t.Errorf("error = %v, want one that names --url", err)
	}
}
