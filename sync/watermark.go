package sync

import (
	"errors"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// ReadWatermark returns the stream's watermark, nil where there is none. A file that is broken is a SetupError whose
// hint says how to start over.
func ReadWatermark(state *checkpoint.Folder, stream string) (*checkpoint.Watermark, error) {
	w, err := state.Read(stream)
	if broken, ok := errors.AsType[*checkpoint.BrokenError](err); ok {
		return nil, &SetupError{Problem: broken.Error(), HintText: "put the right file back, or " + startOver(stream)}
	}
	return w, err
}

// startOver is the hint for starting over without the watermark, which loses and doubles nothing.
func startOver(stream string) string {
	if stream == StreamPoints {
		return "run `blackbirdctl watermark reset points` and then `blackbirdctl points recompute`: " +
			"every order is looked at again and keeps its rate"
	}
	return fmt.Sprintf("run `blackbirdctl sync %s --full`: everything is read again", stream)
}
