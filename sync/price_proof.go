package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

const (
	// recentLines is how many lines of sales prove prices and rooms, firstPassLines how many a first pass reads.
	recentLines, firstPassLines = 100_000, 20_000
	// toldProducts is how many products must have been sold often enough before their sales say anything of a menu.
	toldProducts = 10
	// toldLines is how many lines of sales must name lots whose rooms are known before they say anything of rooms.
	toldLines = 20
)

// DefaultPriceProof is how many percent of the products must have been sold at the price shown unless it is set.
const DefaultPriceProof = 80

// checkPrices refuses a first menu, one without a watermark, whose prices are not those at which BioTrack sells,
// whichever command writes it. Where the sales cannot be read, or are too few to tell, the pass goes on.
func (p *productsRun) checkPrices(ctx context.Context, w *checkpoint.Watermark) error {
	r := p.run
	if w != nil || r.result.Mode == ModeVerify || r.opts.PriceProof == 0 {
		return nil
	}
	r.step("reading sales", 0)
	sales, err := withRetry(ctx, r, func() ([]biotrack.Sold, error) {
		return recentSales(ctx, r.env.Source, r.opts.Locations, firstPassLines)
	})
	_, lacks := errors.AsType[*biotrack.SchemaError](err)
	if lacks || biotrack.ErrorKind(err) == model.DBErrorPermission || biotrack.IsRowSecurity(err) {
		r.env.Log.Debug().Str("stream", r.stream.Name).Err(err).Msg("the menu's prices are not proven by sales")
		return nil
	}
	if err != nil {
		return err
	}
	return checkProof(p.menu.Prove(p.products, sales, 0), p.menu.Level, r.opts.PriceProof)
}

func checkProof(proof *menu.Proof, level, asked int64) error {
	agree, told := proof.Menu.Agree, proof.Menu.Agree+proof.Menu.Differ+proof.Unreadable
	if told < toldProducts || int64(agree)*100 >= asked*int64(told) {
		return nil
	}
	return &PriceProofError{
		Level: level, Percent: 100 * agree / told, Products: told, Asked: asked, Better: proof.Better(level),
	}
}

// PriceProofError reports that a first menu would show other prices than those at which BioTrack sells.
type PriceProofError struct {
	// Level is the id of the menu's member level.
	Level int64
	// Percent is how many of the Products, those sold often enough to tell, were sold at the price shown; Asked is how
	// many must be.
	Percent, Products int
	Asked             int64
	// Better says what fits better, empty where nothing is known to.
	Better string
}

func (e *PriceProofError) Error() string {
	text := fmt.Sprintf("products: %d %% of %d products were sold at the price that the menu would show, and "+
		"--price-proof asks for %d %%", e.Percent, e.Products, e.Asked)
	if e.Better != "" {
		text += "; " + e.Better
	}
	return text + "; nothing was written"
}

// Hint returns what to do.
func (e *PriceProofError) Hint() string {
	return fmt.Sprintf("`blackbirdctl inspect prices --proof --member-level %d` shows them; set the level that fits, "+
		"describe the form of price points under price_points in the config file, or lower --price-proof (0 for none)",
		e.Level)
}

// recentSales returns what the newest lines of sales were.
func recentSales(
	ctx context.Context, source *biotrack.Source, locations []int64, lines int,
) (sales []biotrack.Sold, err error) {
	err = source.RecentSales(ctx, locations, lines, func(s biotrack.Sold) { sales = append(sales, s) })
	return sales, err
}

// ProposeLevel returns the member level at whose prices most products were sold lately, and why in one line; empty
// texts where sales do not tell.
func ProposeLevel(
	ctx context.Context, source *biotrack.Source, locations []int64, grammar biotrack.PriceGrammar,
) (level, why string) {
	catalog, err := source.Catalog(ctx, locations)
	if err != nil {
		return "", ""
	}
	sales, err := recentSales(ctx, source, locations, firstPassLines)
	if err != nil {
		return "", ""
	}
	proof := menu.ProveLevels(grammar, catalog.Products, sales)
	best := proof.Best()
	listed := best.Level == 0 || slices.ContainsFunc(catalog.Levels, func(l biotrack.Level) bool {
		return l.ID == best.Level
	})
	if !listed || proof.Sold < toldProducts || 2*best.Agree < proof.Sold {
		return "", ""
	}
	return strconv.FormatInt(best.Level, 10),
		fmt.Sprintf("level %d is proposed: %d %% of %d products were sold at its prices lately",
			best.Level, 100*best.Agree/proof.Sold, proof.Sold)
}

// ProposeRooms returns the rooms, with commas between them, in which nearly all lots lie that were sold lately, and why
// in one line; empty texts where sales do not tell.
func ProposeRooms(ctx context.Context, source *biotrack.Source, locations []int64) (rooms, why string) {
	found, err := InspectRooms(ctx, source, locations, []int64{0}, 0, true)
	if err != nil || found.Proof.Lines < toldLines || 2*found.Proof.FitCovers < found.Proof.Lines {
		return "", ""
	}
	proof := found.Proof
	rooms = joinIDs(proof.Fit)
	return rooms, fmt.Sprintf("--rooms %s is proposed: %d %% of %d lines of sales were of lots that lie there now",
		rooms, 100*proof.FitCovers/proof.Lines, proof.Lines)
}
