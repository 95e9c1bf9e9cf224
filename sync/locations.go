package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// CheckLocations returns a SetupError if a configured location is not one of BioTrack's: its rows would all seem to be
// gone. The warning, empty for none, says that a location cannot be checked, or that several are taken for one shop
// because none is configured.
func CheckLocations(ctx context.Context, source *biotrack.Source, configured []int64) (warning string, err error) {
	now, err := source.State(ctx, biotrack.Former{})
	if err != nil {
		return "", err
	}
	return checkLocations(now, configured)
}

func checkLocations(now biotrack.State, configured []int64) (warning string, err error) {
	var names, deleted []string
	for _, l := range now.Locations {
		name := fmt.Sprint(l.ID)
		if l.Name != "" {
			name += " (" + l.Name + ")"
		}
		if l.Deleted {
			deleted = append(deleted, name)
		} else {
			names = append(names, name)
		}
	}
	if len(configured) == 0 && len(names) > 1 {
		several := strings.Join(names, ", ")
		if len(deleted) > 0 {
			several += ", and deleted ones: " + strings.Join(deleted, ", ")
		}
		return fmt.Sprintf("--locations is not set, and BioTrack has several: %s; they are taken for one shop, so the "+
			"menu adds up what all of them have: if that is meant, name them all with --locations", several), nil
	}
	for _, id := range configured {
		switch {
		case slices.ContainsFunc(now.Locations, func(l biotrack.Location) bool { return l.ID == id }):
		case now.Listed:
			return "", &SetupError{
				Problem:  fmt.Sprintf("location %d is not one of BioTrack's", id),
				HintText: "set --locations to ids out of: " + strings.Join(names, ", "),
			}
		default:
			warning = fmt.Sprintf("location %d cannot be checked: BioTrack shows no list of locations, and no product "+
				"is at this one; `blackbirdctl inspect locations` shows which are in use", id)
		}
	}
	return warning, nil
}

// checkLocations is CheckLocations for a pass over the source as it is now. A location that the watermark has accepted,
// and that has since gone from BioTrack, is a problem of the pass, so that what is left of the shop is kept in step.
func (r *run) checkLocations(now biotrack.State, w *checkpoint.Watermark) error {
	warning, err := checkLocations(now, r.opts.Locations)
	if warning != "" {
		r.warnings = append(r.warnings, warning)
	}
	accepted := w != nil && w.Settings["locations"] == r.opts.locationsSetting()
	if _, gone := errors.AsType[*SetupError](err); gone && accepted {
		r.problem, err = err, nil
	}
	return err
}
