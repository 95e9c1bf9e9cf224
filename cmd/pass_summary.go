package cmd

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// summary says in one line for people what a pass did.
func summary(r sync.Result, took time.Duration) string {
	number := message.NewPrinter(language.English)
	var parts []string
	add := func(n int64, what string) {
		if n != 0 {
			parts = append(parts, number.Sprintf("%d %s", n, what))
		}
	}
	switch {
	case r.PointsMoved != nil:
		if r.Given > 0 {
			parts = append(parts, number.Sprintf("+%d given", r.Given))
		}
		if r.Taken > 0 {
			parts = append(parts, number.Sprintf("−%d taken back", r.Taken))
		}
	case r.OnMenu != nil:
		parts = append(parts, number.Sprintf("%d on the menu", *r.OnMenu))
		add(r.Counts.Inserted, "new")
		add(r.Counts.Updated, "updated")
		add(r.Counts.Removed, "sold out or gone")
	default:
		add(r.Counts.Inserted, "new")
		add(r.Counts.Updated, "updated")
		add(r.Counts.Removed, "no longer there")
	}
	rejected := "rejected as before"
	if r.NewRejects > 0 {
		rejected = fmt.Sprintf("rejected, %d of them new", r.NewRejects)
	}
	add(r.Counts.Rejected, rejected)
	if len(parts) == 0 {
		parts = []string{"nothing new"}
	}
	return fmt.Sprintf("%s: %s (%s)", r.Stream+remarks(r), strings.Join(parts, ", "), took.Round(100*time.Millisecond))
}
