package sync

import (
	"context"
	"errors"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// Stream is a stream of the store with what passes do to keep it in step. What differs between streams is here or
// behind open.
type Stream struct {
	*blackbird.Stream
	// Command makes a pass: the words after the program's name.
	Command string
	// Cadence is how often a pass is due unless the user says otherwise.
	Cadence time.Duration
	// ReadsBioTrack reports whether passes read BioTrack. Points are made of the store alone.
	ReadsBioTrack bool

	// reads is the version of what passes read of a row at BioTrack: a new one has everything read again, once.
	reads int
	// removal says what a pass does to rows that BioTrack no longer has, after "would".
	removal string
	// startOver is how to start over without the watermark, which loses and doubles nothing in a store that has its
	// rows. startsOver says what happens then.
	startOver, startsOver string
	// open returns the work of one pass. Nothing is locked yet.
	open func(*run) (work, error)
}

// The streams.
var (
	Customers = &Stream{
		Stream: blackbird.Customers, Command: "sync customers", Cadence: 3 * time.Hour, ReadsBioTrack: true,
		reads: 1, removal: "be made inactive", startOver: "run `blackbirdctl sync customers --full`",
		startsOver: "everything is read again",
		open:       openCustomers,
	}
	Orders = &Stream{
		Stream: blackbird.Orders, Command: "sync orders", Cadence: 3 * time.Hour, ReadsBioTrack: true,
		reads:   1,
		removal: "be removed", startOver: "run `blackbirdctl sync orders --full`",
		startsOver: "everything is read again",
		open:       openOrders,
	}
	Products = &Stream{
		Stream: blackbird.Products, Command: "sync products", Cadence: 5 * time.Minute, ReadsBioTrack: true,
		removal: "leave the menu", startOver: "run `blackbirdctl sync products --full`",
		startsOver: "everything is read again",
		open:       func(r *run) (work, error) { return &productsRun{run: r}, nil },
	}
	Points = &Stream{
		Stream: blackbird.Points, Command: "points recompute", Cadence: 3 * time.Hour,
		startOver:  "run `blackbirdctl watermark reset points` and then `blackbirdctl points recompute`",
		startsOver: "every order is looked at again and keeps its rate",
		open:       func(r *run) (work, error) { return &pointsRun{run: r}, nil },
	}
)

// Streams returns all streams, in the order in which a first set of passes makes sense.
func Streams() []*Stream { return []*Stream{Customers, Orders, Products, Points} }

// StreamNames returns the streams' names, in the order of Streams.
func StreamNames() (names []string) {
	for _, s := range Streams() {
		names = append(names, s.Name)
	}
	return names
}

// StreamNamed returns the stream of a name, nil where there is none.
func StreamNamed(name string) *Stream {
	for _, s := range Streams() {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Pass makes one pass over the stream; the package's comment lists its steps.
func (s *Stream) Pass(ctx context.Context, env Env, opts Options) (Result, error) {
	return makePass(ctx, env, opts, s, s.open)
}

// Verify makes a pass that compares the whole stream with its source and reports what differs. It leaves the watermark
// alone, and the store too unless opts.Repair lets it write the rows that differ. Rows that changed at the source after
// the watermark are pending and not different: the next pass brings them.
func (s *Stream) Verify(ctx context.Context, env Env, opts Options) (Result, error) {
	opts.Full, opts.mode = false, ModeRepair
	if opts.DryRun || !opts.Repair {
		opts.DryRun, opts.mode = true, ModeVerify
	}
	return s.Pass(ctx, env, opts)
}

// hint says how to start over, and what happens then.
func (s *Stream) hint() string { return s.startOver + ": " + s.startsOver }

// ReadWatermark returns the stream's watermark, nil where there is none. A file that is broken is a SetupError whose
// hint says how to start over.
func (s *Stream) ReadWatermark(state *checkpoint.Folder) (*checkpoint.Watermark, error) {
	w, err := state.Read(s.Name)
	if broken, ok := errors.AsType[*checkpoint.BrokenError](err); ok {
		return nil, &SetupError{Problem: broken.Error(), HintText: "put the right file back, or " + s.hint()}
	}
	return w, err
}
