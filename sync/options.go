package sync

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// Mode is how a pass goes about its stream.
type Mode string

const (
	// ModeFirst reads everything: there is no watermark.
	ModeFirst Mode = "first"
	// ModeIncremental reads what changed since the watermark.
	ModeIncremental Mode = "incremental"
	// ModeVerify compares everything and writes nothing.
	ModeVerify Mode = "verify"
	// ModeRepair compares everything and writes what differs.
	ModeRepair Mode = "repair"
	// ModeAdjust appends points that a person gives or takes.
	ModeAdjust Mode = "adjust"
	// ModeForget removes a person's name, phone and e-mail.
	ModeForget Mode = "forget"
	// ModeBackfill reads the rows that the user selected.
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
	// Progress is told how far the pass is, nil for none.
	Progress Progress
	// Begun is called once the pass holds its locks, nil for none.
	Begun func()
}

// Options are what the user may ask of a pass.
type Options struct {
	// Full reads everything again.
	Full bool
	// AdoptSource lets a full pass take a store over from another till.
	AdoptSource bool
	// Only narrows the pass to some rows.
	Only Selection
	// Repair lets Verify write what differs.
	Repair bool
	// DryRun does all the work and writes neither the store nor the watermark.
	DryRun bool
	// BatchSize is how many rows a page and a merge have; 0 for the store's own size.
	BatchSize int
	// MaxRate is how many rows a second may be read from BioTrack; 0 for no limit.
	MaxRate int
	// MaxRemovals refuses a pass that would remove more rows.
	MaxRemovals Limit
	// PriceProof refuses a first menu of which fewer percent of the products were sold at the price shown; 0 for none.
	PriceProof int64
	// MaxPointsChange refuses a points pass that would move more points other than by new awards.
	MaxPointsChange Limit
	// MaxRejects stops a pass that has more rejects; negative for no limit.
	MaxRejects int64
	// Locations are the ids of the locations to sync, none for all.
	Locations []int64
	// Region is the ISO 3166 code of the country whose phone numbers are written without its prefix.
	Region string
	// KeepPasses is for how long the activity log keeps passes that nothing refers to; 0 for ever.
	KeepPasses time.Duration
	// Menu has the settings of the menu, Rules those of the points.
	Menu  menu.Settings
	Rules loyalty.Rules

	// mode is set by Verify, Adjust and Forget.
	mode Mode
}

// keepsWatermark reports whether the pass leaves the watermark as it is.
func (o *Options) keepsWatermark() bool { return o.mode != "" || !o.Only.Empty() }

// verifies reports whether the pass compares the whole stream.
func (o *Options) verifies() bool { return o.mode == ModeVerify || o.mode == ModeRepair }

// Selection selects the rows of a backfill, which keeps the watermark and removes only rows of unsynced locations.
type Selection struct {
	// IDs are the rows' keys in the store.
	IDs []string
	// From and Until bound the times of orders: at or after From, before Until. Either may be the zero time.
	From, Until time.Time
	// Customers are those whose orders' points are calculated.
	Customers []string
}

// Empty reports whether nothing is selected: then the pass is about all rows.
func (s *Selection) Empty() bool { return len(s.IDs) == 0 && len(s.Customers) == 0 && !s.dated() }

func (s *Selection) dated() bool { return !s.From.IsZero() || !s.Until.IsZero() }

// DefaultKeepPasses is for how long passes are kept unless it is set.
const DefaultKeepPasses = 90 * 24 * time.Hour

// DefaultOptions returns the options of a plain pass.
func DefaultOptions() Options {
	return Options{
		MaxRemovals: DefaultMaxRemovals(), MaxPointsChange: DefaultMaxPointsChange(), MaxRejects: -1, Region: "US",
		PriceProof: DefaultPriceProof, Rules: loyalty.DefaultRules(), KeepPasses: DefaultKeepPasses,
	}
}

// inScope reports whether a location is synced.
func (o *Options) inScope(location int64) bool {
	return len(o.Locations) == 0 || slices.Contains(o.Locations, location)
}

// locationsSetting returns the locations as the watermark keeps them.
func (o *Options) locationsSetting() string {
	if len(o.Locations) == 0 {
		return "all"
	}
	return joinIDs(o.Locations)
}

// joinIDs returns ids in order, each once, with commas between them.
func joinIDs(ids []int64) string {
	var parts []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		parts = append(parts, strconv.FormatInt(id, 10))
	}
	return strings.Join(parts, ",")
}

// SetupError reports a setting that does not fit the source, the store or the watermark: the user has to decide.
type SetupError = model.SetupError
