package sync_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// TestBrokenWatermark: each stream refuses a watermark file that is damaged, and says how to start over.
func TestBrokenWatermark(t *testing.T) {
	state := must(checkpoint.Open(t.TempDir(), "default"))
	for _, stream := range sync.Streams() {
		if w, err := stream.ReadWatermark(state); w != nil || err != nil {
			t.Errorf("%s without a file: %v, %v", stream.Name, w, err)
		}
		if err := os.WriteFile(state.WatermarkPath(stream.Name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := stream.ReadWatermark(state)
		setup, ok := errors.AsType[*sync.SetupError](err)
		if !ok || !strings.Contains(setup.Hint(), "`blackbirdctl "+stream.Command) {
			t.Errorf("%s: %v", stream.Name, err)
		}
	}
}
