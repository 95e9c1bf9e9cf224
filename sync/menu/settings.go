package menu

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// Settings are the shop's choices that the menu depends on.
type Settings struct {
	// Level is the member level whose prices the menu shows, by id or name.
	Level string
	// Rooms are the ids of the rooms whose stock is for sale, none for the bulk room alone.
	Rooms []int64
	// Reserve is how much of each product is kept back from the menu.
	Reserve decimal.Decimal
}

// SettingsError reports a level or a room that BioTrack does not have.
type SettingsError struct {
	Problem string
	// HintText says what to do, in one sentence.
	HintText string
}

func (e *SettingsError) Error() string { return e.Problem }

// Hint returns what to do.
func (e *SettingsError) Hint() string { return e.HintText }

// findLevel returns the member level that is configured by id or name.
func findLevel(configured string, levels []biotrack.Level) (int64, error) {
	configured = strings.TrimSpace(configured)
	hint := levelHint(levels)
	if configured == "" {
		return 0, &SettingsError{Problem: "no member level is configured, so no price is known", HintText: hint}
	}
	if id, err := strconv.ParseInt(configured, 10, 64); err == nil {
		if id == 0 || slices.ContainsFunc(levels, func(l biotrack.Level) bool { return l.ID == id }) {
			return id, nil
		}
	}
	var found []biotrack.Level
	for _, level := range levels {
		if strings.EqualFold(level.Name, configured) {
			found = append(found, level)
		}
	}
	switch len(found) {
	case 0:
		return 0, &SettingsError{Problem: fmt.Sprintf("member level %q is not one of BioTrack's", configured), HintText: hint}
	case 1:
		return found[0].ID, nil
	}
	problem := fmt.Sprintf("member level %q is the name of %d levels", configured, len(found))
	return 0, &SettingsError{Problem: problem, HintText: hint}
}

func levelHint(levels []biotrack.Level) string {
	names := []string{"0 (the default level)"}
	for _, level := range levels {
		if level.ID != 0 {
			names = append(names, fmt.Sprintf("%d (%s)", level.ID, level.Name))
		}
	}
	return "set --member-level to the id or name of one of the levels: " + strings.Join(names, ", ")
}

// findRooms returns the rooms whose stock is for sale, and warnings about what was configured.
func findRooms(configured []int64, rooms []biotrack.Room) (map[int64]bool, []string, error) {
	if len(configured) == 0 {
		return map[int64]bool{biotrack.BulkRoom: true}, nil, nil
	}
	var warnings []string
	selling := make(map[int64]bool)
	for _, id := range configured {
		room := slices.IndexFunc(rooms, func(r biotrack.Room) bool { return r.ID == id })
		switch {
		case room >= 0 && rooms[room].Quarantine:
			warnings = append(warnings, fmt.Sprintf("room %d is in quarantine: its stock is not for sale", id))
		case room >= 0 || id == biotrack.BulkRoom:
			selling[id] = true
		default:
			return nil, nil, &SettingsError{
				Problem: fmt.Sprintf("room %d is not one of BioTrack's", id), HintText: roomHint(rooms),
			}
		}
	}
	if !slices.Contains(configured, biotrack.BulkRoom) {
		warnings = append(warnings, "room 0, the bulk room, is not among the configured rooms: its stock is not on the menu")
	}
	return selling, warnings, nil
}

func roomHint(rooms []biotrack.Room) string {
	names := []string{"0 (the bulk room)"}
	for _, room := range rooms {
		if room.ID != biotrack.BulkRoom {
			names = append(names, fmt.Sprintf("%d (%s)", room.ID, room.Name))
		}
	}
	return "set --rooms to ids out of: " + strings.Join(names, ", ")
}
