package sync

import (
	"context"
	"errors"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// CopySide is one of the two stores of a copy, and the folder of its watermarks and lock files.
type CopySide struct {
	Store *blackbird.Store
	State *checkpoint.Folder
}

// Copied is what CopyStore did.
type Copied struct {
	blackbird.Copied
	// Watermarks are the streams whose watermarks were put into the folder of the store that was copied to.
	Watermarks []string `json:"watermarks"`
}

// CopyStore copies a store as blackbird.Copy does, while it holds the lock files of all streams of both. Watermarks
// refer to a pass of the store, and the copy has all passes: those of the one folder are put into the other.
func CopyStore(ctx context.Context, from, to CopySide, progress Progress, dryRun bool) (Copied, error) {
	copied := Copied{Watermarks: []string{}}
	var watermarks []*checkpoint.Watermark
	for _, stream := range Streams() {
		for _, folder := range []*checkpoint.Folder{from.State, to.State} {
			if folder == to.State && from.State.Path() == to.State.Path() {
				continue
			}
			unlock, err := folder.Lock(stream.Name)
			if err != nil {
				return copied, err
			}
			defer unlock()
		}
		w, err := stream.ReadWatermark(from.State)
		if err != nil {
			return copied, err
		}
		if w != nil && from.State.Path() != to.State.Path() {
			watermarks = append(watermarks, w)
		}
	}
	var err error
	copied.Copied, err = blackbird.Copy(ctx, from.Store, to.Store, dryRun, progress, func() error {
		for _, w := range watermarks {
			if err := to.State.Put(*w); err != nil {
				return err
			}
			copied.Watermarks = append(copied.Watermarks, w.Stream)
		}
		return nil
	})
	if errors.Is(err, blackbird.ErrLocked) {
		return copied, &checkpoint.LockedError{
			Stream: "one of the two stores", Owner: "it holds a lock in the Blackbird database", Err: err,
		}
	}
	return copied, err
}
