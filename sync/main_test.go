package sync_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// fewChecks is how many random histories a run of the tests makes, unless -rapid.checks says otherwise: each opens
// databases.
const fewChecks = "12"

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", fewChecks); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(pgtest.Main(m))
}
