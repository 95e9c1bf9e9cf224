package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

// trips is what one command said to either side for one shop.
type trips struct {
	round, command string
	till, store    passed
}

// probe is one shop alone, whose words to its till and to the store are counted on the way.
type probe struct {
	*chain
	till, store *relay
	env         []string
}

// probed is the kind of shop that is looked at: the one of three thousand tickets, where the chain has one.
const probed = 1

// countTrips syncs one of the shops once more, from nothing, as a store of another name.
func (c *chain) countTrips(ctx context.Context) (all []trips, err error) {
	s := c.shops[min(probed, len(c.shops)-1)]
	p, err := c.openProbe(s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.till.close(), p.store.close()) }()
	for i, name := range rounds {
		if i == tradingRound {
			if err := c.tradeAt(ctx, s, tradingRound+2); err != nil {
				return nil, err
			}
		}
		for _, args := range commands {
			if _, err := figures.Measure(ctx, figures.Command{Argv: append([]string{c.bin}, args...), Env: p.env, Dir: c.dir}); err != nil {
				return nil, err
			}
			all = append(all, trips{name, strings.Join(args, " "), p.till.take(), p.store.take()})
		}
	}
	return all, nil
}

func (c *chain) openProbe(s shop) (p *probe, err error) {
	p = &probe{chain: c}
	address, err := c.readURL(s)
	if err != nil {
		return nil, err
	}
	if p.till, err = c.startRelay(c.tills, "till"); err != nil {
		return nil, err
	}
	if p.store, err = c.startRelay(c.store, "store"); err != nil {
		return nil, errors.Join(err, p.till.close())
	}
	till, tillErr := p.till.through(address)
	store, storeErr := p.store.through(c.store.URL(storeDB))
	p.env = []string{
		"PATH=" + os.Getenv("PATH"), "BIOTRACK_URL=" + till, "BLACKBIRD_URL=" + store, "BLACKBIRDCTL_STORE=probe", "BLACKBIRDCTL_LOG_LEVEL=warn",
		"BLACKBIRDCTL_STATE_DIR=" + filepath.Join(c.dir, "probe"), fmt.Sprintf("BLACKBIRDCTL_MEMBER_LEVEL=%d", level),
		"BLACKBIRDCTL_ROOMS=" + strings.Trim(strings.ReplaceAll(fmt.Sprint(rooms), " ", ","), "[]"),
	}
	return p, errors.Join(tillErr, storeErr)
}
