package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// trips is what one command exchanged with either side for one shop.
type trips struct {
	round, command string
	till, store    passed
}

// probed is the kind of shop that is looked at: the one of three thousand tickets, where the chain has one.
const probed = 1

// countTrips syncs one of the shops once more, from nothing, as a store of another name. What it exchanges with its
// till and the store is counted on the way.
func (c *chain) countTrips() (all []trips) {
	s := c.shops[min(probed, len(c.shops)-1)]
	till, store := c.startRelay(c.tills, "till"), c.startRelay(c.store, "store")
	env := append(lab.Environ(), "BIOTRACK_URL="+till.through(c.T, c.readURL(s)),
		"BLACKBIRD_URL="+store.through(c.T, c.store.URL(storeDB)),
		"BLACKBIRDCTL_STORE=probe", "BLACKBIRDCTL_LOG_LEVEL=warn",
		"BLACKBIRDCTL_STATE_DIR="+filepath.Join(c.dir, "probe"),
		fmt.Sprintf("BLACKBIRDCTL_MEMBER_LEVEL=%d", level),
		"BLACKBIRDCTL_ROOMS="+strings.Trim(strings.ReplaceAll(fmt.Sprint(rooms), " ", ","), "[]"))
	for i, name := range rounds[:pooledRound] {
		if i == tradingRound {
			c.tradeAt(s, tradingRound+2)
		}
		for _, args := range commands(i) {
			c.Measure(lab.Command{Argv: append([]string{c.bin}, args...), Env: env, Dir: c.dir})
			all = append(all, trips{name, strings.Join(args, " "), till.take(), store.take()})
		}
	}
	return all
}
