package cmd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// cadences are how often passes of each stream are to be made.
type cadences map[string]time.Duration

// usualCadences are those of Blackbird's own integration.
func usualCadences() cadences {
	usual := make(cadences)
	for _, stream := range sync.Streams() {
		usual[stream.Name] = stream.Cadence
	}
	return usual
}

// Set takes the cadences of some streams; the others keep theirs.
func (c *cadences) Set(text string) error {
	set := usualCadences()
	for part := range strings.SplitSeq(text, ",") {
		stream, every, _ := strings.Cut(strings.TrimSpace(part), "=")
		cadence, err := time.ParseDuration(every)
		if !slices.Contains(sync.StreamNames(), stream) || err != nil || cadence < time.Second {
			return fmt.Errorf("must be streams with durations from 1s on, joined by commas, as %s", c)
		}
		set[stream] = cadence
	}
	*c = set
	return nil
}

func (c *cadences) String() string {
	var parts []string
	for _, stream := range sync.StreamNames() {
		parts = append(parts, stream+"="+output.Duration((*c)[stream]))
	}
	return strings.Join(parts, ",")
}

func (c *cadences) Type() string { return "cadences" }
