package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// question is a setting that init asks for.
type question struct {
	flag, text, byDefault string
	// propose returns a better default and why it is one, empty texts where there is none; nil where none can be.
	propose func() (value, why string)
	// show shows what the server has to choose from, nil where there is nothing to show.
	show func(w io.Writer) error
	// check returns why the setting, answered or given, cannot be.
	check func() error
}

// openSource opens BioTrack. On a terminal it asks for the URL until one can be opened.
func (i *initRun) openSource(ctx context.Context) (source *biotrack.Source, err error) {
	if i.app.cfg.BiotrackURL != "" {
		return i.app.openSource(ctx)
	}
	err = i.ask(ctx, question{
		flag: config.FlagBiotrackURL, text: "BioTrack's URL, postgres://user:password@host:5432/database",
		check: func() error {
			source, err = i.app.openSource(ctx)
			return err
		},
	})
	return source, err
}

// hasMenu reports whether the shop's products are synced: only then does it need a member level and rooms.
func (i *initRun) hasMenu() bool { return slices.Contains(i.app.cfg.Streams, sync.Products.Name) }

// questions returns what there is to ask, in order: which streams are on decides what else is needed.
func (i *initRun) questions(ctx context.Context, source *biotrack.Source, schema *inspect.SchemaFound) []question {
	a := i.app
	return append([]question{
		{flag: "streams", text: "streams to sync", byDefault: strings.Join(sync.StreamNames(), ","),
			check: func() error { return unreadable(schema, a.cfg.Streams...) }},
		{flag: "time-zone", text: "time zone of the shop", byDefault: schema.TimeZone,
			check: func() error { return nil }},
		{flag: "locations", text: "ids of the locations of this shop, with commas between them; nothing for all",
			show: func(w io.Writer) error {
				found, err := inspect.Locations(ctx, source)
				if err == nil {
					a.writeLocations(w, found)
				}
				return err
			},
			check: func() error {
				_, err := sync.CheckLocations(ctx, source, a.cfg.Locations)
				return err
			}},
	}, i.menuQuestions(ctx, source)...)
}

// menuQuestions returns what to ask about the menu: not asked of a shop that has none.
func (i *initRun) menuQuestions(ctx context.Context, source *biotrack.Source) []question {
	a := i.app
	check := func() error {
		_, err := sync.CheckMenu(ctx, source, a.cfg.Locations, a.cfg.Menu())
		return err
	}
	return []question{
		{flag: "member-level", text: "member level whose prices the menu shows, by id or name", byDefault: "0",
			show: func(w io.Writer) error {
				found, err := sync.InspectLevels(ctx, source, a.cfg.Locations, a.cfg.PricePoints)
				if err == nil {
					a.writeLevels(w, found)
				}
				return err
			}, check: func() error {
				if err := check(); err != nil {
					return err
				}
				return i.warnOfPrices(ctx, source)
			}, propose: func() (string, string) {
				return sync.ProposeLevel(ctx, source, a.cfg.Locations, a.cfg.Menu().Grammar)
			}},
		{flag: "rooms", text: "ids of the rooms to sell from, with commas between them", byDefault: "0",
			show: func(w io.Writer) error {
				found, err := sync.InspectRooms(ctx, source, a.cfg.Locations, nil, 0, false)
				if err == nil {
					a.writeRooms(w, found)
				}
				return err
			}, check: check, propose: func() (string, string) {
				return sync.ProposeRooms(ctx, source, a.cfg.Locations)
			}},
	}
}

// warnOfPrices warns where most price points cannot be parsed: BioTrack has another form of them.
func (i *initRun) warnOfPrices(ctx context.Context, source *biotrack.Source) error {
	found, err := sync.InspectLevels(ctx, source, i.app.cfg.Locations, i.app.cfg.PricePoints)
	if err == nil && 2*found.BadPrices > found.PricePoints {
		i.app.log.Warn().Msgf("%d of %d price points cannot be parsed: `blackbirdctl inspect prices` shows "+
			"their form, to be described under price_points in the config file", found.BadPrices, found.PricePoints)
	}
	return err
}

// ask asks for a setting until the answer can be one. Without an answer it gets the default.
func (i *initRun) ask(ctx context.Context, q question) error {
	if i.answers == nil {
		return notFound(fmt.Sprintf("--%s is missing, and there is nobody to ask", q.flag), missingURLHint)
	}
	if err := i.show(q); err != nil {
		return err
	}
	if q.propose != nil {
		if value, why := q.propose(); value != "" {
			q.byDefault = value
			i.app.complain(why)
		}
	}
	for {
		byDefault := ""
		if q.byDefault != "" {
			byDefault = " [" + q.byDefault + "]"
		}
		fmt.Fprintf(i.app.err, "\n%s%s: ", q.text, byDefault)
		answer, err := i.answers.ReadString('\n')
		if err != nil {
			return &usageError{err: fmt.Errorf("no answer for --%s", q.flag)}
		}
		answer = cmp.Or(strings.TrimSpace(answer), q.byDefault)
		switch {
		case answer != "":
			err = i.flags.Set(q.flag, answer)
		case q.flag == "locations":
			i.app.cfg.Locations = nil
		default:
			err = errors.New("an answer is needed")
		}
		if err == nil {
			err = q.check()
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		code := exitCode(ctx, err)
		i.app.complain(describe(ctx, err, code))
		if code != exitUnexpected {
			i.app.complain("  hint: " + hintFor(err, code))
		}
	}
}

// show shows what there is to choose from. What follows next is asked here.
func (i *initRun) show(q question) (err error) {
	if q.show == nil {
		return nil
	}
	var shown bytes.Buffer
	if err := errors.Join(output.Form{}.Aligned(&shown, func(w io.Writer) { err = q.show(w) }), err); err != nil {
		return err
	}
	for line := range strings.Lines(shown.String()) {
		if !strings.HasPrefix(line, "next: ") && !strings.HasPrefix(line, "set --") {
			fmt.Fprintf(i.app.err, "%s", line)
		}
	}
	return nil
}
