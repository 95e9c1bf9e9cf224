package sync_test

import (
	"os"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/testdata/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
