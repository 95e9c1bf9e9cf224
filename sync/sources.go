package sync

import (
	"context"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// checkSource refuses a pass from another till than the store is of: both would overwrite each other's rows. To read
// everything again does not make it right, for two tills might do so in turn. Other locations need a full pass.
func (r *run) checkSource(ctx context.Context, now biotrack.Identity) error {
	recorded, err := r.session.Sources(ctx)
	if err != nil {
		return err
	}
	source := blackbird.Source{
		SystemIdentifier: now.SystemIdentifier, Database: now.Database, DatabaseOID: now.DatabaseOID,
		Locations: r.opts.locationsSetting(),
	}
	if len(recorded) == 0 {
		if err := r.warnOfTwin(ctx, source); err != nil {
			return err
		}
	}
	other := false
	for _, then := range recorded {
		if then.Stream == Orders.Name {
			r.present = then.Clock.Time
		}
		switch problem := anotherTill(then, source); {
		case problem != "" && !r.opts.AdoptSource:
			return &SetupError{
				Problem: fmt.Sprintf("%s: store %s is of another %s", r.stream.Name, r.env.Store.ID(), problem),
				HintText: fmt.Sprintf("check BIOTRACK_URL and --store; if the shop's BioTrack has moved here, run "+
					"`blackbirdctl %s --full --adopt-source`, then the other streams with --full", r.stream.Command),
			}
		case problem != "":
			other = true
		case source.SystemIdentifier == "":
			source.SystemIdentifier = then.SystemIdentifier
		}
		if then.Stream == r.stream.Name && then.Locations != source.Locations && !r.opts.Full {
			return refusal(r.stream, fmt.Sprintf("locations were %s and are now %s", then.Locations, source.Locations))
		}
	}
	r.session.SetSource(source, other)
	return nil
}

// warnOfTwin warns of the first pass into a store where another one in the database is of the same till and locations
// already: its name may be mistyped. A chain's stores of one till differ in locations. One dead worker of a Citus
// cluster keeps all others' stores from being looked through, and stops no pass.
func (r *run) warnOfTwin(ctx context.Context, source blackbird.Source) error {
	twin, err := r.session.Twin(ctx, source)
	switch {
	case blackbird.IsUnavailable(err) && ctx.Err() == nil:
		r.warnings = append(r.warnings, "whether another store is of the same shop is not known: "+err.Error())
		return nil
	case err == nil && twin != "":
		r.warnings = append(r.warnings, fmt.Sprintf("store %s is new, and store %s is of the same BioTrack database "+
			"and locations: if you mean that one, use --store %s", r.env.Store.ID(), twin, twin))
	}
	return err
}

// anotherTill returns what distinguishes two tills, empty where nothing does. A server may not show its identifier:
// what is known is compared.
func anotherTill(then, now blackbird.Source) string {
	known := then.SystemIdentifier != "" && now.SystemIdentifier != ""
	switch {
	case known && then.SystemIdentifier != now.SystemIdentifier:
		return fmt.Sprintf("BioTrack server (system identifier %s, this is %s)", then.SystemIdentifier,
			now.SystemIdentifier)
	case then.Database != now.Database || then.DatabaseOID != now.DatabaseOID:
		return fmt.Sprintf("BioTrack database (%s, oid %d; this is %s, oid %d)", then.Database, then.DatabaseOID,
			now.Database, now.DatabaseOID)
	}
	return ""
}

// SeparateStoreHint is what to do about a store in the till's own database.
const SeparateStoreHint = "make a database of its own for the store and name it in BLACKBIRD_URL, " +
	"or unset that for an embedded store"

// CheckSeparate refuses a store in the till's own database, whatever the host's name in its URL: nothing is ever
// written there. A server that may not show its identifier is known by when it was started.
func CheckSeparate(ctx context.Context, source *biotrack.Source, store *blackbird.Store) error {
	till := source.Server()
	at, err := store.Server(ctx)
	if err != nil || at.Database != till.Database || at.DatabaseOID != till.DatabaseOID {
		return err
	}
	same := at.Started == till.Started
	if !same {
		now, err := source.State(ctx, biotrack.Former{})
		if err != nil {
			return err
		}
		identifier, err := store.SystemIdentifier(ctx)
		if err != nil {
			return err
		}
		same = identifier != "" && identifier == now.Identity.SystemIdentifier
	}
	if same {
		return &SetupError{Problem: "BLACKBIRD_URL names BioTrack's own database", HintText: SeparateStoreHint}
	}
	return nil
}
