package sync

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// The streams.
const (
	StreamCustomers = blackbird.StreamCustomers
	StreamOrders    = blackbird.StreamOrders
	StreamProducts  = blackbird.StreamProducts
	StreamPoints    = blackbird.StreamPoints
)

// Streams returns all streams, in the order in which a first set of passes makes sense.
func Streams() []string {
	return []string{StreamCustomers, StreamOrders, StreamProducts, StreamPoints}
}

// Mode is how a pass goes about its stream.
type Mode string

const (
	// ModeFirst reads everything, for there is no watermark.
	ModeFirst Mode = "first"
	// ModeIncremental reads what changed since the watermark.
	ModeIncremental Mode = "incremental"
	// ModeVerify compares everything and writes nothing.
	ModeVerify Mode = "verify"
	// ModeRepair compares everything and writes what differs.
	ModeRepair Mode = "repair"
	// ModeAdjust appends what a person gives or takes.
	ModeAdjust Mode = "adjust"
	// ModeBackfill reads the rows that a person named.
	ModeBackfill Mode = "backfill"
	// ModeFull reads everything again, and takes out what the source no longer has.
	ModeFull Mode = "full"
)

// Env is what a pass works with. Points need no Source.
type Env struct {
	Source *biotrack.Source
	Store  *blackbird.Store
	State  *checkpoint.Folder
	Log    zerolog.Logger
	// Progress is told how the pass comes along, nil for nobody.
	Progress Progress
	// Begun is called once the pass holds its locks, nil for nothing.
	Begun func()
}

// Options are what a person may ask of a pass.
type Options struct {
	// Full reads everything again.
	Full bool
	// Only narrows the pass to some rows.
	Only Selection
	// Repair lets Verify write what differs.
	Repair bool
	// DryRun does all the work and writes neither the store nor the watermark.
	DryRun bool
	// BatchSize is how many rows a page and a merge hold; 0 is what the store does best with.
	BatchSize int
	// MaxRate is how many rows a second may be read from BioTrack; 0 for no limit.
	MaxRate int
	// MaxRemovals guards against emptying the store.
	MaxRemovals MaxRemovals
	// MaxRejects stops a pass that has more of them; negative for no limit.
	MaxRejects int64
	// Locations are the ids of the locations to sync, none for all.
	Locations []int64
	// Region is the ISO 3166 code of the country whose phone numbers are written without its prefix.
	Region string
	// Menu is for the products.
	Menu menu.Settings
	// Rules are for the points.
	Rules loyalty.Rules

	// verify compares; see Verify.
	verify bool
	// adjust gives or takes points; see Adjust.
	adjust bool
}

// aside tells whether the pass leaves the watermark alone.
func (o *Options) aside() bool { return o.verify || o.adjust || !o.Only.Empty() }

// asideMode is the mode of a pass that leaves the watermark alone.
func (o *Options) asideMode() Mode {
	switch {
	case !o.verify:
		return ModeBackfill
	case o.DryRun:
		return ModeVerify
	}
	return ModeRepair
}

// Selection names the rows of a backfill: a pass that support makes over some rows, which leaves the watermark alone, and removes nothing but
// what has left for a location that is not synced.
type Selection struct {
	// IDs are the rows' keys in the store.
	IDs []string
	// From and Until bound the times of orders: at or after From, before Until. Either may be the zero time.
	From, Until time.Time
	// Customers are those whose orders' points are calculated.
	Customers []string
}

// Empty tells whether no rows are named: the pass is then about all of them.
func (s *Selection) Empty() bool { return len(s.IDs) == 0 && len(s.Customers) == 0 && !s.dated() }

func (s *Selection) dated() bool { return !s.From.IsZero() || !s.Until.IsZero() }

// until is the end of the selected time.
func (s *Selection) until() time.Time {
	if s.Until.IsZero() {
		return time.Unix(math.MaxInt64, 0)
	}
	return s.Until
}

// from is the beginning of the selected time.
func (s *Selection) from() time.Time {
	if s.From.IsZero() {
		return time.Unix(math.MinInt64, 0)
	}
	return s.From
}

// DefaultOptions are what a pass does unasked.
func DefaultOptions() Options {
	return Options{
		MaxRemovals: DefaultMaxRemovals(),
		MaxRejects:  -1,
		Region:      "US",
		Rules:       loyalty.DefaultRules(),
	}
}

// inScope tells whether a location is synced.
func (o *Options) inScope(location int64) bool {
	return len(o.Locations) == 0 || slices.Contains(o.Locations, location)
}

// locationsSetting names the locations for the watermark.
func (o *Options) locationsSetting() string {
	if len(o.Locations) == 0 {
		return "all"
	}
	ids := slices.Clone(o.Locations)
	slices.Sort(ids)
	var parts []string
	for _, id := range slices.Compact(ids) {
		parts = append(parts, strconv.FormatInt(id, 10))
	}
	return strings.Join(parts, ",")
}

// Result is what a pass did.
type Result struct {
	Store  string           `json:"store"`
	Stream string           `json:"stream"`
	Mode   Mode             `json:"mode"`
	PassID int64            `json:"pass_id"`
	DryRun bool             `json:"dry_run"`
	Counts blackbird.Counts `json:"rows"`
	// Reasons counts the rejects by reason.
	Reasons map[string]int64 `json:"reject_reasons,omitempty"`
	// Position is the watermark's, after the pass.
	Position string `json:"position"`
	// Resumed says that the pass went on with one that had been cut off.
	Resumed bool `json:"resumed,omitempty"`
	// Findings are what a verification found, or a backfill wrote.
	Findings *Findings `json:"findings,omitempty"`
	// Absent are the rows that a backfill was asked for and BioTrack does not have.
	Absent []string `json:"absent,omitempty"`
	// Moves are what a points pass moved, by rule.
	Moves []RuleTotal `json:"moves,omitempty"`
	// OnMenu is how many products the menu shows after a products pass, nil where none was written.
	OnMenu *int64 `json:"on_menu,omitempty"`
}

// differences names the settings in which two sets differ.
func differences(then, now map[string]string) string {
	keys := maps.Clone(then)
	maps.Copy(keys, now)
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if then[key] != now[key] {
			parts = append(parts, key+" was "+then[key]+" and is now "+now[key])
		}
	}
	return strings.Join(parts, ", ")
}
